/** What a run of the doctor is asked for. */
export interface DoctorOptions {
  /** Dotenv file with the backend's settings. */
  readonly envFile: string | undefined;
  readonly handOver: { readonly file: string; readonly environment: string } | undefined;
  readonly createTestConversation: boolean;
  /** How long checks are repeated that fail or are unknown for want of a right or a role. @default not at all */
  readonly waitMs?: number | undefined;
  /** What a person gets who has to help. @default nothing is written */
  readonly bundle?: BundleOptions | undefined;
  readonly json: boolean;
}

export interface BundleOptions {
  /** A name that ends with `.gz` is compressed. */
  readonly file: string;
  /** Its facts go along, from the ledger. */
  readonly conversationId: string | undefined;
}
