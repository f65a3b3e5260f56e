import path from 'node:path';

/** What infra-azure/bootstrap/Pulumi.yaml says of the program; a test holds the two together. */
export const PROJECT = {
  rootDirectory: path.resolve(__dirname, '../../../infra-azure/bootstrap'),
  project: 'tavus-recordings-bootstrap',
  main: 'index.ts',
  tsconfig: 'tsconfig.json',
} as const;
