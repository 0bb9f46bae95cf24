import { pageOf, PageInput } from "@charla/services/paging";
import * as z from "zod";

/** Unknown query parameters are refused, so that a filter with a slip in its name does not list everything. */
export const PageQuery = z.strictObject(PageInput.shape);

export { pageOf };
