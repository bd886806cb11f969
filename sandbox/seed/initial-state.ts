/** The initial state of a sandbox. */
import type { SandboxState } from '../state/state.ts'
import { seedAgents } from './seed-agents.ts'
import { seedSkills } from './seed-skills.ts'

export function freshState(seed: string): SandboxState {
  return {
    formatVersion: 2,
    seed,
    idsMade: 0,
    clockOffsetMs: 0,
    agents: seedAgents(),
    sessions: [],
    flowRuns: [],
    flowFiles: [],
    skills: seedSkills(),
  }
}
