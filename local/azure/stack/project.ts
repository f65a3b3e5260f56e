/** What Pulumi.yaml says of the program; a test holds the two together. */
export const PROJECT = {
  project: 'tavus-recordings',
  main: 'infra-azure/index.ts',
  tsconfig: 'tsconfig.json',
  nodeargs:
    '--max-semi-space-size=4 --import=data:text/javascript,import*as%20m%20from%22node:module%22;m.enableCompileCache?.()',
} as const;
