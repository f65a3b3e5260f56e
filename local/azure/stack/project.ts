/** What Pulumi.yaml says of the program; a test holds the two together. */
export const PROJECT = {
  project: 'tavus-recordings',
  main: 'infra-azure/index.ts',
  tsconfig: 'tsconfig.json',
} as const;
