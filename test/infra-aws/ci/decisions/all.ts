import type { Decision } from '../../simulate';
import type { CfnTemplate } from '../../template';
import { deployTrust } from '../deployed-ci-identity';
import type { CiIdentityVariant } from '../helpers';
import { commandLineDecisions } from './command-line';
import { executionDecisions } from './execution';
import { githubDecisions } from './github';
import { jobDecisions } from './job';
import { boundedRoleDecisions } from './bounded-roles';

/** All decisions about the policies in a template: the synthesized one, or a mutant of it. */
export function ciIdentityDecisionsFor(variant: CiIdentityVariant, template: CfnTemplate): Decision[] {
  const deployed = deployTrust(template);
  const { deployRole, checkRole } = deployed;
  return [
    ...githubDecisions(deployRole, 'production', 'check'),
    ...jobDecisions('deploying job', deployRole, ['deploy', 'file-publishing', 'image-publishing', 'lookup']),
    ...(checkRole === undefined
      ? []
      : [
          ...githubDecisions(checkRole, 'check', 'production'),
          ...jobDecisions('checking job', checkRole, ['lookup']),
        ]),
    ...executionDecisions(deployed, variant),
    ...commandLineDecisions(deployed, variant),
    ...boundedRoleDecisions(deployed, variant),
  ];
}
