/** The instructions that every client gets. What a model must know is in the first 512 characters. */
export const INSTRUCTIONS = [
  'Gumloop runs AI agents and automation flows for this organization.',
  'Agents: run_gumloop_agent by name, where it is listed; else list_all_gumloop_agents → create_a_gumloop_session → wait_for_gumloop_session until is_over → list_all_gumloop_artifacts → get_single_gumloop_artifact_by_id (link) or read_gumloop_artifact (content).',
  'Flows: list_all_gumloop_flows → get_single_gumloop_automation_by_id (its inputs) → create_a_gumloop_flow_run → wait_for_gumloop_flow_run.',
  'Runs take seconds to hours: follow next_step, never invent a result, never start the same run twice.',
  'Lists are paged: pass next_cursor back unchanged. An error says what to do next.',
  'Starting an agent or a flow can send messages, spend credits and change data: do it only when the user asked for it.',
  'If a tool is not in your list (schedules and triggers of agents, sharing, …), find it with search_gumloop_tools and call it with call_gumloop_tool, where these are listed.',
].join(' ')
