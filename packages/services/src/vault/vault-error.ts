import { AppError } from "@charla/domain/errors";

/** Says where opening failed, never what was inside. */
export function vaultError(reason: string): AppError {
  return new AppError("INTERNAL", `vault: ${reason}`);
}
