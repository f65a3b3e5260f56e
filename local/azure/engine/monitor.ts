import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { CheckFailure } from '@pulumi/pulumi/proto/provider_pb';
import { ResourceMonitorService } from '@pulumi/pulumi/proto/resource_grpc_pb';
import {
  DeploymentInfo,
  ReadResourceResponse,
  RegisterResourceResponse,
  ResourceInvokeResponse,
  ResourceMonitorFeature,
} from '@pulumi/pulumi/proto/resource_pb';
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
} from '@pulumi/pulumi/proto/resource_pb';
import { Empty, fromStruct, toStruct } from './sdk';
import { unary } from './serve';
import type { Session } from './session';

/**
 * What the program may use. Without alias specs the SDK itself works out the old URNs; without transforms and hooks it
 * refuses a program that has some, which is what a missing feature should do.
 */
const FEATURES = [
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
];

/** The service that a program registers its resources with. */
export function monitorService(
  session: Session,
): readonly [typeof ResourceMonitorService, UntypedServiceImplementation] {
  const methods = {
    getDeploymentInfo: unary(() => new DeploymentInfo().setSupportedfeaturesList(FEATURES)),
    registerResource: unary(async (request: RegisterResourceRequest) => {
      const { urn, id, outputs } = await session.register(request);
      return new RegisterResourceResponse()
        .setUrn(urn)
        .setId(id ?? '')
        .setObject(toStruct(outputs));
    }),
    registerResourceOutputs: unary((request: RegisterResourceOutputsRequest) => {
      session.complete(request.getUrn(), fromStruct(request.getOutputs()));
      return new Empty();
    }),
    readResource: unary(async (request: ReadResourceRequest) => {
      const { urn, properties } = await session.read(request);
      return new ReadResourceResponse().setUrn(urn).setProperties(toStruct(properties));
    }),
    invoke: unary(async (request: ResourceInvokeRequest) => {
      const { outputs, failures = [] } = await session.invoke(
        request.getTok(),
        fromStruct(request.getArgs()),
      );
      const failed = failures.map(({ property, reason }) =>
        new CheckFailure().setProperty(property).setReason(reason),
      );
      return new ResourceInvokeResponse().setReturn(toStruct(outputs ?? {})).setFailuresList(failed);
    }),
  };
  return [ResourceMonitorService, methods];
}
