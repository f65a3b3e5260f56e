import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { recordingsStatements, type RecordingsStatementsProps } from './recordings-statements';

/**
 * Policy of CloudFormation's role in a deployment by CI: `cdk bootstrap --cloudformation-execution-policies`. The default is
 * AdministratorAccess.
 *
 * Not yet tested in a real account. The tests simulate what it allows and denies, and check that it covers AWS's resource
 * schemas; only a real deployment shows whether AWS needs more.
 */
export class ExecutionPolicy extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, props: RecordingsStatementsProps & { readonly name: string }) {
    super(scope, id, { managedPolicyName: props.name, statements: recordingsStatements(props) });
  }
}
