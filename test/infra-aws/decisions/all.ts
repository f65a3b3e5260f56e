import { deploy } from '../deployed';
import { VARIANTS, type Variant } from '../helpers';
import type { Decision } from '../simulate';
import type { CfnTemplate } from '../template';
import { bucketDecisions, connectionDecisions } from './bucket';
import { eraserDecisions } from './eraser';
import { holdsDecisions } from './holds';
import { keyDecisions, switchDecisions } from './key';
import { logDeliveryDecisions } from './log-delivery';
import { readerDecisions } from './reader';
import { ciIdentityDecisions } from './trust';

/**
 * Every decision about one variant's policies in this template: the synthesized one, or a mutant of it.
 * An existing bucket's policy is not tested, because it is not ours.
 */
export function decisionsFor(variant: Variant, template: CfnTemplate): Decision[] {
  const deployed = deploy(variant, template);
  const settings = VARIANTS[variant];
  const own = !('existingBucketName' in settings);
  const hasKey = 'encryption' in settings || 'existingKmsKeyArn' in settings;
  const { reader, eraser } = deployed;
  return [
    ...ciIdentityDecisions(deployed),
    ...bucketDecisions(deployed),
    ...connectionDecisions(deployed),
    ...(own ? logDeliveryDecisions(deployed) : []),
    ...keyDecisions(deployed, hasKey),
    ...switchDecisions(deployed, variant),
    ...('holds' in settings ? holdsDecisions(deployed) : []),
    ...(reader === undefined ? [] : readerDecisions(deployed, reader, hasKey)),
    ...(eraser === undefined ? [] : eraserDecisions(deployed, eraser, hasKey)),
  ];
}
