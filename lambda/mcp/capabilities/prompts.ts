/** Prompts that a person can pick: each a way through the tools, spelled out with those that the connector may use. */
import type { Prompt } from '@modelcontextprotocol/server'
import { mayCall, type ToolFilterConfig } from '../../catalog/tool-filter.ts'

export interface PromptRecord {
  definition: Prompt
  /** The tools on the way, in order; of alternatives, the first that the connector may call is used. */
  needs: readonly (readonly string[])[]
  /** The person's message. `tools` are those of `needs`, one each. */
  text: (args: Record<string, string>, tools: string[], today: string) => string
}

export const PROMPTS: readonly PromptRecord[] = [
  {
    definition: {
      name: 'run_agent_and_get_files',
      title: 'Run an agent and get its files',
      description: 'Gives an agent a task, waits for it, and brings the answer and every file that it made.',
      arguments: [
        { name: 'agent', description: 'Name of the agent', required: true },
        { name: 'task', description: 'What it shall do', required: true },
      ],
    },
    needs: [
      ['list_all_gumloop_agents'],
      ['create_a_gumloop_session'],
      ['wait_for_gumloop_session', 'get_single_gumloop_session_by_id'],
      ['list_all_gumloop_artifacts'],
      ['get_single_gumloop_artifact_by_id', 'read_gumloop_artifact'],
    ],
    text: ({ agent, task }, [find, start, wait, list, get]) =>
      [
        `Run the Gumloop agent ${quoted(agent)} and bring me what it made.`,
        `1. Find its id with ${find}. If several fit the name, ask me which.`,
        `2. Start it once with ${start}; the input is the task below, word for word.`,
        `3. Use ${wait} until is_over is true. If it asks for approval, show me what for, and let me decide.`,
        `4. Find this run's files with ${list}, and give me each of them with ${get}.`,
        '5. Tell me the answer in short, then the files with their names. If it failed, tell me why.',
        '',
        `The task: ${task}`,
      ].join('\n'),
  },
  {
    definition: {
      name: 'run_flow_by_name',
      title: 'Run a flow by name',
      description: 'Finds a flow, asks for what it needs, runs it and brings the outputs.',
      arguments: [
        { name: 'flow', description: 'Name of the flow', required: true },
        { name: 'inputs', description: 'What goes in, in your own words' },
      ],
    },
    needs: [
      ['list_all_gumloop_flows'],
      ['get_single_gumloop_automation_by_id'],
      ['create_a_gumloop_flow_run'],
      ['wait_for_gumloop_flow_run', 'get_single_gumloop_flow_run_by_id'],
    ],
    text: ({ flow, inputs }, [find, read, start, wait]) =>
      [
        `Run the Gumloop flow ${quoted(flow)}.`,
        `1. Find its id with ${find}. If several fit the name, ask me which.`,
        `2. Read its inputs with ${read}. Ask me for what is missing; invent nothing.`,
        `3. Start it once with ${start}.`,
        `4. Use ${wait} until is_over is true, then give me the outputs. If it failed, tell me why.`,
        '',
        inputs === undefined || inputs === '' ? 'I have given no inputs yet.' : `The inputs: ${inputs}`,
      ].join('\n'),
  },
  {
    definition: {
      name: 'what_ran_today',
      title: 'What ran today',
      description: 'Lists the runs of agents and flows of today, what came of them, and what needs a person.',
    },
    needs: [
      ['list_all_gumloop_agents'],
      ['list_all_gumloop_sessions'],
      ['list_all_gumloop_flows'],
      ['list_all_gumloop_flow_runs'],
    ],
    text: (_, [agents, sessions, flows, runs], today) =>
      [
        `What ran in Gumloop today? It is ${today} in UTC.`,
        `1. Look at the agents with ${agents} (include_last_used), and at the newest runs of those used today with ${sessions}.`,
        `2. Look at the flows with ${flows}, and at the latest runs of each with ${runs}.`,
        '3. Give me one table: time, agent or flow, state. Below it, what failed and what waits for a person.',
        'Only look; start nothing.',
      ].join('\n'),
  },
]

/** The tool that each step takes over this connector; undefined where a step has none. */
export function stepsFor({ needs }: PromptRecord, config: ToolFilterConfig): string[] | undefined {
  const tools = needs.map(alternatives => alternatives.find(tool => mayCall(tool, config)))
  return tools.every(tool => tool !== undefined) ? tools : undefined
}

function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? '')
}
