import { LAPTOP_ENVIRONMENT } from '../../../contract/hand-over';

/** A Pulumi project, as in its Pulumi.yaml. A test compares both. */
export interface StackProject {
  readonly name: string;
  /** Folder of Pulumi.yaml, relative to the root. */
  readonly folder: string;
  /** Path of the program, relative to that folder. */
  readonly main: string;
  /** Name of the deployed stack. */
  readonly stack: string;
}

export const BACKEND_PROJECT: StackProject = {
  name: 'tavus-recordings',
  folder: '',
  main: 'infra-azure/index.ts',
  stack: LAPTOP_ENVIRONMENT,
};

/** The program refuses the stack name `laptop`, because CI identities trust GitHub. Here only the fake Azure has them. */
export const CI_IDENTITY_PROJECT: StackProject = {
  name: 'tavus-recordings-bootstrap',
  folder: 'infra-azure/bootstrap',
  main: 'index.ts',
  stack: 'dev',
};
