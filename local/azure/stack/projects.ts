import { LAPTOP_ENVIRONMENT } from '../../../contract/hand-over';

/** A Pulumi project of ours, as its Pulumi.yaml says; a test holds the two together. */
export interface StackProject {
  readonly name: string;
  /** Folder of Pulumi.yaml, from the root. */
  readonly folder: string;
  /** The program, from that folder. */
  readonly main: string;
  /** The stack that is deployed here. */
  readonly stack: string;
}

export const BACKEND_PROJECT: StackProject = {
  name: 'tavus-recordings',
  folder: '',
  main: 'infra-azure/index.ts',
  stack: LAPTOP_ENVIRONMENT,
};

/** It refuses the laptop's own name, because what it makes trusts GitHub. Here it is deployed into the stand-in alone. */
export const TRUST_PROJECT: StackProject = {
  name: 'tavus-recordings-bootstrap',
  folder: 'infra-azure/bootstrap',
  main: 'index.ts',
  stack: 'dev',
};
