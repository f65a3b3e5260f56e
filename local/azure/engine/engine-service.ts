import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb';
import type { LogRequest } from '@pulumi/pulumi/proto/engine_pb';
import { LogSeverity } from '@pulumi/pulumi/proto/engine_pb';
import type { Diagnostic, Report } from './diagnostics';
import { Empty } from './sdk';
import { unary } from './serve';

const SEVERITIES: Readonly<Record<LogSeverity, Diagnostic['severity'] | undefined>> = {
  // The SDK writes whole answers there, with the secrets in them.
  [LogSeverity.DEBUG]: undefined,
  [LogSeverity.INFO]: 'info',
  [LogSeverity.WARNING]: 'warning',
  [LogSeverity.ERROR]: 'error',
};

/** What programs and providers log to. Debug messages are dropped. */
export function engineService(report: Report): readonly [typeof EngineService, UntypedServiceImplementation] {
  const log = unary((request: LogRequest) => {
    const severity = SEVERITIES[request.getSeverity()];
    const urn = request.getUrn();
    if (severity !== undefined) {
      report({ severity, text: request.getMessage(), ...(urn === '' ? {} : { urn }) });
    }
    return new Empty();
  });
  return [EngineService, { log }];
}
