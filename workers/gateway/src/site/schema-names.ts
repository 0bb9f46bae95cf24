import { Change } from "@charla/domain/changes";
import { Release } from "@charla/domain/release";
import { AgentOut } from "@charla/services/agents/schemas";
import { ApiKeyCreated, ApiKeyOut } from "@charla/services/api-keys/schemas";
import { ChannelKindOut } from "@charla/services/channel-kinds/schemas";
import { ChannelOut, ChannelWithSecrets, ConnectionOut } from "@charla/services/channels/schemas";
import { CanaryOut } from "@charla/services/canaries/schemas";
import { ConversationOut, MessageOut, StepOut, TurnOut } from "@charla/services/conversations/schemas";
import { DeadLetterOut } from "@charla/services/dead-letters/schemas";
import { ProviderOut } from "@charla/services/providers/schemas";
import { DiffOut, PublishedOut, ReleaseOut, RolledBackOut } from "@charla/services/releases/schemas";
import { TenantOut } from "@charla/services/tenants/schemas";
import { UsageOut } from "@charla/services/usage/schemas";
import * as z from "zod";

const names = {
  Agent: AgentOut,
  ApiKey: ApiKeyOut,
  ApiKeyCreated,
  Canary: CanaryOut,
  Change,
  Channel: ChannelOut,
  ChannelConnection: ConnectionOut,
  ChannelKind: ChannelKindOut,
  ChannelWithSecrets,
  Conversation: ConversationOut,
  DeadLetter: DeadLetterOut,
  Message: MessageOut,
  Provider: ProviderOut,
  PublishedRelease: PublishedOut,
  Release: ReleaseOut,
  ReleaseInForce: RolledBackOut,
  ReleaseContent: Release,
  ReleaseDiff: DiffOut,
  Step: StepOut,
  Tenant: TenantOut,
  Turn: TurnOut,
  Usage: UsageOut,
};

/** Names under which the reference tells what the services answer. */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(names)) z.globalRegistry.add(schema, { id });
}
