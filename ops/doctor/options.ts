/** What a run of the doctor is asked for. */
export interface DoctorOptions {
  /** Dotenv file with the backend's settings. */
  readonly envFile: string | undefined;
  readonly handOver: { readonly file: string; readonly environment: string } | undefined;
  readonly createTestConversation: boolean;
  readonly json: boolean;
}
