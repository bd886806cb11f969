/** The initial state of a sandbox. */
import { lettersOf } from '../http/ids.ts'
import type { SandboxState } from '../state/state.ts'
import { seedAgents } from './seed-agents.ts'
import { seedBrainSources } from './seed-brain.ts'
import { seedOrganization } from './seed-organization.ts'
import { seedSkills } from './seed-skills.ts'
import { seedTriggers } from './seed-triggers.ts'

/** What version 3 of the state has and earlier ones lack. */
export function stateSince3(seed: string) {
  return {
    triggers: seedTriggers(id => lettersOf(`${seed}|${id}`, 32)),
    access: [],
    artifactChanges: [],
    brainSources: seedBrainSources(),
    browserProfiles: [],
    evaluations: { configs: {}, organization: [], results: [] },
    organization: seedOrganization(),
  }
}

export function freshState(seed: string): SandboxState {
  return {
    formatVersion: 3,
    seed,
    idsMade: 0,
    clockOffsetMs: 0,
    agents: seedAgents(),
    sessions: [],
    flowRuns: [],
    flowFiles: [],
    skills: seedSkills(),
    ...stateSince3(seed),
  }
}
