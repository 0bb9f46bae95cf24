import { AppError } from "@charla/domain/errors";
import { requirePermission } from "../auth/permissions.ts";
import type { Ctx } from "../context.ts";
import { changeChannel, fetchChannel } from "./internal.ts";
import type { ChannelKinds } from "./kinds.ts";
import { ChannelWithSecrets, type RotateSecretInput, toChannelOut } from "./schemas.ts";
import { openSecrets, rotated, sealSecrets } from "./secrets.ts";
import { kindOf, parseSecrets } from "./validate.ts";

/** Given secrets, or fresh ones where none are given; of a list the newest old one stays active. */
export async function rotateChannelSecret(
  ctx: Ctx,
  input: RotateSecretInput,
  kinds: ChannelKinds,
): Promise<ChannelWithSecrets> {
  requirePermission(ctx, "channels.write");
  const row = await fetchChannel(ctx, input.channelId);
  const kind = kindOf(kinds, row.kind);
  const fresh = input.secrets ?? kind.generateSecrets?.();
  if (fresh === undefined) {
    throw new AppError("UNPROCESSABLE", `channel kind ${row.kind} makes no secrets`, {
      fields: [
        {
          path: "secrets",
          message: {
            es: "Hace falta: este tipo de canal tiene credenciales del proveedor",
            en: "Required: this kind of channel has credentials of the vendor",
          },
        },
      ],
    });
  }
  const secrets = parseSecrets(kind, rotated(await openSecrets(ctx, row.id, row.sealedSecrets), fresh));
  const sealedSecrets = await sealSecrets(ctx, row.id, secrets);
  // The version guards against two rotations at once, of which one would silently undo the other.
  const changed = await changeChannel(ctx, row.id, { sealedSecrets }, row.version);
  const shown = input.secrets === undefined ? fresh : {};
  return ChannelWithSecrets.parse({ ...toChannelOut(ctx, changed, kinds), secrets: shown });
}
