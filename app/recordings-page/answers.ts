import type * as z from 'zod';
import type { access, link, list, one } from '../routes/recordings/schemas';

/* Types alone: the schemas themselves stay in the backend. */
export type PageAccess = z.output<typeof access>;
export type ConversationList = z.output<typeof list>;
export type ListedConversation = ConversationList['conversations'][number];
export type ConversationDetail = z.output<typeof one>;
export type RecordingDetail = ConversationDetail['recordings'][number];
export type RecordingLink = z.output<typeof link>;
