import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { recordingsStatements, type RecordingsStatementsProps } from './recordings-statements';

/**
 * What CloudFormation may do when CI deploys: `cdk bootstrap --cloudformation-execution-policies`, in the place of the
 * AdministratorAccess that it would take by itself.
 *
 * Reviewed, not proven: the simulations in the tests say what it allows and denies, and that it covers what AWS's resource
 * schemas ask for; only a deployment to a real account shows whether AWS asks for something else.
 */
export class ExecutionPolicy extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, props: RecordingsStatementsProps & { readonly name: string }) {
    super(scope, id, { managedPolicyName: props.name, statements: recordingsStatements(props) });
  }
}
