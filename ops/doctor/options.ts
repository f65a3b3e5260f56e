/** Options of `recordings doctor`. */
export interface DoctorOptions {
  /** Dotenv file with the backend's settings. */
  readonly envFile: string | undefined;
  readonly handOver: { readonly file: string; readonly environment: string } | undefined;
  readonly createTestConversation: boolean;
  /** How long to repeat checks that lack a right or a role. @default no repeats */
  readonly waitMs?: number | undefined;
  /** Support bundle. @default none */
  readonly bundle?: BundleOptions | undefined;
  readonly json: boolean;
}

export interface BundleOptions {
  /** A name that ends with `.gz` is compressed. */
  readonly file: string;
  /** Conversation whose facts are added. */
  readonly conversationId: string | undefined;
}
