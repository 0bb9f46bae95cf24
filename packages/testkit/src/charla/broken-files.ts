import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** From now on the development server's object storage refuses every put; what is there can be read. Returns the repair. */
export function refusePuts(stateDir: string): () => void {
  const change = (statement: string): void => {
    const files = globSync("v3/r2/miniflare-R2BucketObject/*.sqlite", { cwd: stateDir });
    const [file, ...more] = files.filter((name) => !name.endsWith("metadata.sqlite"));
    if (file === undefined || more.length > 0) throw new Error("the state holds no bucket that was used, or several");
    const database = new DatabaseSync(join(stateDir, file), { timeout: 5_000 });
    database.exec(statement);
    database.close();
  };
  change("CREATE TRIGGER no_puts BEFORE INSERT ON _mf_objects BEGIN SELECT RAISE(FAIL, 'no puts'); END");
  return () => change("DROP TRIGGER no_puts");
}
