import type { Endpoint } from "../endpoint.ts";
import { agentsArchive } from "./agents.archive.ts";
import { agentsCreate } from "./agents.create.ts";
import { agentsGet } from "./agents.get.ts";
import { agentsList } from "./agents.list.ts";
import { agentsUpdate } from "./agents.update.ts";
import { apiKeysCreate } from "./api-keys.create.ts";
import { apiKeysList } from "./api-keys.list.ts";
import { apiKeysRevoke } from "./api-keys.revoke.ts";
import { createSignInLink } from "./auth.links.ts";
import { canariesList, canaryChange, canaryGet, canaryPromote, canaryStop } from "./canaries.ts";
import { channelAlertsList } from "./channel-alerts.list.ts";
import { channelKindsGet } from "./channel-kinds.get.ts";
import { channelKindsList } from "./channel-kinds.list.ts";
import { channelsConnect, channelsDisconnect } from "./channels.connect.ts";
import { channelsCreate } from "./channels.create.ts";
import { channelsGet } from "./channels.get.ts";
import { channelsHealth } from "./channels.health.ts";
import { channelsList } from "./channels.list.ts";
import { channelsRotateSecret } from "./channels.rotate-secret.ts";
import { channelsDisable, channelsEnable } from "./channels.set-status.ts";
import { channelsUpdate } from "./channels.update.ts";
import { contactsErase } from "./contacts.erase.ts";
import { contactsGet } from "./contacts.get.ts";
import { contactsList } from "./contacts.list.ts";
import { erasuresList } from "./erasures.list.ts";
import { conversationsGet } from "./conversations.get.ts";
import { handBack } from "./conversations.hand-back.ts";
import { conversationsList } from "./conversations.list.ts";
import { liveView } from "./conversations.live.ts";
import { pauseConversation } from "./conversations.pause.ts";
import { takeOver } from "./conversations.take-over.ts";
import { deadEventsDiscard } from "./dead-events.discard.ts";
import { deadEventsGet } from "./dead-events.get.ts";
import { deadEventsList } from "./dead-events.list.ts";
import { deadEventsReplay } from "./dead-events.replay.ts";
import { deadLettersList } from "./dead-letters.list.ts";
import { deadLettersReplay } from "./dead-letters.replay.ts";
import { deadLettersResolve } from "./dead-letters.resolve.ts";
import { setDemo } from "./demo.set.ts";
import { getFileLink } from "./files.link.ts";
import { uploadFile } from "./files.upload.ts";
import {
  knowledgeBasesCreate,
  knowledgeBasesDelete,
  knowledgeBasesGet,
  knowledgeBasesList,
  knowledgeBasesUpdate,
} from "./knowledge-bases.ts";
import {
  knowledgeAnswersAdd,
  knowledgeDocumentsDelete,
  knowledgeDocumentsGet,
  knowledgeDocumentsList,
  knowledgeDocumentsReindex,
  knowledgeDocumentsUpload,
} from "./knowledge-documents.ts";
import { knowledgeGapsList } from "./knowledge-gaps.list.ts";
import { knowledgeSearch } from "./knowledge.search.ts";
import { messagesList } from "./messages.list.ts";
import { messagesSearch } from "./messages.search.ts";
import { sendMessage } from "./messages.send.ts";
import { modelsList } from "./models.list.ts";
import { noticesGet, noticesSet } from "./notices.ts";
import { providersCheck } from "./providers.check.ts";
import { providersCreate } from "./providers.create.ts";
import { providersDelete } from "./providers.delete.ts";
import { providersGet } from "./providers.get.ts";
import { providersList } from "./providers.list.ts";
import { providersUpdate } from "./providers.update.ts";
import { releasesDiff } from "./releases.diff.ts";
import { releasesGet } from "./releases.get.ts";
import { releasesList } from "./releases.list.ts";
import { releasesPublish } from "./releases.publish.ts";
import { releasesRollback } from "./releases.rollback.ts";
import { stepsList } from "./steps.list.ts";
import { stepPrompt } from "./steps.prompt.ts";
import { tenantState } from "./tenant.state.ts";
import { tenantsCreate } from "./tenants.create.ts";
import { tenantsGet } from "./tenants.get.ts";
import { tenantsList } from "./tenants.list.ts";
import { poolGet } from "./tenants.pool.ts";
import { tenantsSetLimits } from "./tenants.set-limits.ts";
import { tenantsRewrap } from "./tenants.rewrap.ts";
import { tenantsActivate, tenantsPause, tenantsSuspend } from "./tenants.set-status.ts";
import { tenantsUpdate } from "./tenants.update.ts";
import { turnsList } from "./turns.list.ts";
import { usageGet } from "./usage.get.ts";

/** The admin API: one line per route, in the order of the reference. */
export const endpoints: readonly Endpoint[] = [
  tenantsCreate,
  tenantsList,
  tenantsGet,
  tenantsUpdate,
  tenantsSuspend,
  tenantsPause,
  tenantsRewrap,
  tenantsActivate,
  tenantsSetLimits,
  poolGet,
  setDemo,
  createSignInLink,
  agentsCreate,
  agentsList,
  agentsGet,
  agentsUpdate,
  agentsArchive,
  releasesDiff,
  releasesPublish,
  releasesRollback,
  releasesList,
  releasesGet,
  canaryGet,
  canaryChange,
  canaryPromote,
  canaryStop,
  canariesList,
  channelKindsList,
  channelKindsGet,
  channelsCreate,
  channelsList,
  channelsGet,
  channelsUpdate,
  channelsConnect,
  channelsDisconnect,
  channelsDisable,
  channelsEnable,
  channelsRotateSecret,
  channelsHealth,
  channelAlertsList,
  providersCreate,
  providersList,
  providersGet,
  providersUpdate,
  providersDelete,
  providersCheck,
  knowledgeBasesCreate,
  knowledgeBasesList,
  knowledgeBasesGet,
  knowledgeBasesUpdate,
  knowledgeBasesDelete,
  knowledgeDocumentsUpload,
  knowledgeAnswersAdd,
  knowledgeDocumentsList,
  knowledgeDocumentsGet,
  knowledgeDocumentsReindex,
  knowledgeDocumentsDelete,
  knowledgeSearch,
  knowledgeGapsList,
  modelsList,
  apiKeysCreate,
  apiKeysList,
  apiKeysRevoke,
  noticesGet,
  noticesSet,
  conversationsList,
  conversationsGet,
  contactsList,
  contactsGet,
  contactsErase,
  erasuresList,
  messagesSearch,
  messagesList,
  uploadFile,
  sendMessage,
  getFileLink,
  turnsList,
  stepsList,
  stepPrompt,
  takeOver,
  handBack,
  pauseConversation,
  liveView,
  deadLettersList,
  deadLettersReplay,
  deadLettersResolve,
  deadEventsList,
  deadEventsGet,
  deadEventsReplay,
  deadEventsDiscard,
  usageGet,
  tenantState,
];
