import type * as z from 'zod';
import type { access, link, list, one } from '../routes/recordings/schemas';

/* Types alone: the schemas themselves stay in the backend. */
export type Access = z.output<typeof access>;
export type List = z.output<typeof list>;
export type Row = List['conversations'][number];
export type One = z.output<typeof one>;
export type Recording = One['recordings'][number];
export type Link = z.output<typeof link>;
