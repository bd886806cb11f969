"""drive_sdk.py SANDBOX_URL: calls the methods of Gumloop's Python SDK against a sandbox and checks what comes back.

Prints one JSON object: {"steps": [{"name", "error"}], "called": ["Agents.list", ...]}. `called` is what was really called.
"""
import io
import json
import sys
import traceback
import warnings
import zipfile

import httpx
from gumloop import Gumloop
from gumloop import GumloopClient
from gumloop.errors import GumloopError

URL = sys.argv[1]
API = f'{URL}/api/v1'
USER = 'user_noor'
ANA = {'type': 'person', 'email': 'ana@harborfinch.example', 'role': 'viewer'}
AUDIT, DESK, TRIAGE, BROKEN = 'agt_security_audit', 'agt_research_desk', 'agt_support_triage', 'agt_broken_pipeline'
called = set()
steps = []


class Recorded:
    """A resource of the client, which notes each method that is called."""

    def __init__(self, resource):
        self._resource = resource

    def __getattr__(self, name):
        value = getattr(self._resource, name)
        if not callable(value):
            return Recorded(value) if hasattr(value, '_client') else value
        called.add(f'{type(self._resource).__name__}.{name}')
        return value


def client_of(user_id=USER, **more):
    return Gumloop(api_key='key', user_id=user_id, base_url=API, stream_base_url=API, **more)


class Client:
    def __init__(self, client):
        self._client = client

    def __getattr__(self, name):
        return Recorded(getattr(self._client, name))


c = Client(client_of())


def step(check):
    """Runs a check at once; a failure does not stop the others."""
    try:
        check()
        steps.append({'name': check.__doc__, 'error': None})
    except Exception:
        steps.append({'name': check.__doc__, 'error': traceback.format_exc(limit=-3)})


def advance(seconds):
    httpx.post(f'{URL}/__sandbox/clock', json={'seconds': seconds}).raise_for_status()


def equal(found, wanted):
    assert found == wanted, f'{found!r} is not {wanted!r}'


def refused(status, call):
    try:
        call()
    except GumloopError as error:
        equal(getattr(error, 'status_code', None), status)
        return error
    raise AssertionError(f'was not refused with {status}')


def session_of(agent, text, session_id):
    c.sessions.create(agent, input=text, session_id=session_id)
    advance(20)
    return session_id


@step
def agents():
    """agents: list, create, retrieve, update with its version, delete"""
    rows = c.agents.list(search='research', summary=True).agents
    equal([row.id for row in rows], [DESK])
    equal([rows[0].system_prompt, rows[0].tools, rows[0].model_name], [None, [], 'openai/gpt-5'])
    made = c.agents.create(name='Helper', description='Helps', tools=[{'type': 'web_search'}]).agent
    equal([made.name, made.version, made.abilities.web_search.enabled], ['Helper', 1, True])
    updated = c.agents.update(made.id, name='Helper 2', version=1).agent
    equal([updated.name, updated.version], ['Helper 2', 2])
    refused(409, lambda: c.agents.update(made.id, name='Old', version=1))
    equal(c.agents.retrieve(made.id).agent.description, 'Helps')
    equal(c.agents.delete(made.id).deleted, True)
    refused(404, lambda: c.agents.retrieve(made.id))


@step
def agent_versions():
    """agents: versions, with what changed"""
    c.agents.update(TRIAGE, description='Sorts mail')
    versions = c.agents.list_versions(TRIAGE, page_size=5).versions
    equal([version.major_version for version in versions], [2, 1])
    detail = c.agents.get_version(TRIAGE, versions[0].id)
    change = detail.changes.field_changes[0]
    equal([change.field, change.status, change.new_value], ['description', 'changed', 'Sorts mail'])
    equal(detail.version.composition.description, 'Sorts mail')


@step
def agent_attachments():
    """agents: skills and MCP servers are attached and detached"""
    equal(c.agents.attach_skills(DESK, 'skill_house_style').attached, ['skill_house_style'])
    equal([skill.id for skill in c.agents.list_skills(DESK).skills], ['skill_house_style'])
    equal(c.agents.detach_skills(DESK, 'skill_house_style').skill_ids, [])
    server = c.agents.attach_mcp_server(DESK, 'gumloop_slack', approval_mode='write')
    equal([server.created, server.mcp_server.approval_mode, server.auth_status], [True, 'write', 'authenticated'])
    equal([tool.server_id for tool in c.agents.list_mcp_servers(DESK).mcp_servers], ['gumloop_slack'])
    equal(c.agents.detach_mcp_server(DESK, 'gumloop_slack').detached, True)


@step
def agent_settings():
    """agents: abilities, incognito, app rules"""
    done = c.agents.update_abilities(DESK, web_search={'enabled': True, 'provider': 'exa'})
    equal([done.abilities.web_search.provider, done.abilities.ask_question.enabled], ['exa', False])
    equal(c.agents.set_incognito(DESK, True).agent.incognito.enforced, True)
    equal(c.agents.set_incognito(DESK, False).agent.incognito.enforced, False)
    rules = c.agents.list_app_rules('agt_expense_approver').app_rules
    equal([rule.config for rule in rules], [{'requires_approval': ['pay_expense'], 'above_euros': 100}])


@step
def agent_knowledge():
    """agents: knowledge sources and subagents"""
    scope = {'mode': 'include_only', 'inclusions': [{'type': 'document', 'id': 'doc_travel'}]}
    equal(c.agents.attach_knowledge_source(DESK, 'brn_handbook').outcome, 'attached')
    changed = c.agents.attach_knowledge_source(DESK, 'brn_handbook', config=scope)
    equal(changed.knowledge_source.config.inclusions[0].id, 'doc_travel')
    sources = c.agents.list_knowledge_sources(DESK).knowledge_sources
    equal([source.config.mode for source in sources], ['include_only'])
    equal(c.agents.detach_knowledge_source(DESK, 'brn_handbook').detached, True)
    equal(c.agents.attach_subagent(DESK, TRIAGE).subagent_ids, [TRIAGE])
    equal(c.agents.detach_subagent(DESK, TRIAGE).subagent_ids, [])


@step
def schedules():
    """triggers: a schedule fires, and its runs and costs can be read"""
    made = c.agents.create_trigger(AUDIT, type='schedule', prompt='Audit', cron_expression='0 9 * * 1', timezone='UTC').trigger
    equal([made.enabled, made.status, made.webhook_url], [True, 'active', None])
    advance(8 * 86400)
    runs = c.agents.list_trigger_runs(AUDIT, made.id, states=['COMPLETED']).items
    assert 1 <= len(runs) <= 2, runs
    session = c.sessions.retrieve(runs[0].interaction_id).session
    equal([runs[0].credit_cost, session.messages[0].content, session.type], [14, 'Audit', 'trigger'])
    stats = c.agents.get_trigger_stats(AUDIT, made.id)
    equal([stats.run_count, stats.total_credits], [len(runs), 14 * len(runs)])
    equal(c.agents.update_trigger(AUDIT, made.id, enabled=False).trigger.status, 'paused')
    equal(c.agents.get_trigger(AUDIT, made.id).trigger.cron_expression, '0 9 * * 1')
    equal([session.id for session in c.sessions.list(AUDIT, trigger_id=made.id).sessions], [run.interaction_id for run in runs])
    equal(c.agents.delete_trigger(AUDIT, made.id).deleted, True)


@step
def webhooks_and_app_events():
    """triggers: a webhook starts a run; app events and their operators"""
    listed = c.agents.list_triggers(TRIAGE, page_size=10).triggers
    equal([[trigger.type, trigger.webhook_url] for trigger in listed], [['webhook', None], ['integration', None]])
    url = c.agents.get_trigger_webhook_url(TRIAGE, listed[0].id).webhook_url
    started = httpx.post(url, content='{"ticket": 7}').json()
    equal(c.sessions.retrieve(started['interaction_id']).session.messages[0].content, '{"ticket": 7}')
    operator = c.agents.list_trigger_operators(TRIAGE).operators[0]
    equal([operator.name, operator.parameters[0].required], ['Slack Message Reader', True])
    setup = {'operator_name': operator.name, 'parameters': {'Channel': '#a'}}
    made = c.agents.create_trigger(TRIAGE, type='integration', prompt='Sort', integration=setup).trigger
    equal([made.enabled, made.integration.operator_version], [False, '2'])


@step
def sessions():
    """sessions: create, list, retrieve, rename, send, cancel"""
    started = c.sessions.create(DESK, input='What sells?', session_id='ses_py', metadata={'from': 'test'})
    equal([started.session.id, started.session.state in ('queued', 'processing')], ['ses_py', True])
    refused(409, lambda: c.sessions.create(DESK, input='Again', session_id='ses_py'))
    equal(c.sessions.update('ses_py', name='Sales').session.name, 'Sales')
    advance(20)
    found = c.sessions.retrieve('ses_py').session
    equal([found.state, found.usage.credit_cost, found.incognito], ['completed', 9, False])
    assert 'Three things stand out' in found.messages[-1].content
    equal([session.name for session in c.sessions.list(DESK, search='What sells').sessions], ['Sales'])
    c.sessions.send('ses_py', input='Take 2 hours')
    equal(c.sessions.cancel('ses_py').session.state, 'failed')


@step
def queue():
    """sessions: messages wait in a queue, and each is delivered once"""
    c.sessions.create(DESK, input='Take 5 minutes', session_id='ses_queue')
    queued = c.sessions.queue_message('ses_queue', 'Second').queued_message
    equal([queued.position, queued.state], [1, 'queued'])
    receipts = [
        c.sessions.send('ses_queue', input='Report', delivery='queued', idempotency_key='key-1') for _ in range(2)
    ]
    equal([receipts[0].status, receipts[0].message_id], ['accepted', receipts[1].message_id])
    edited = c.sessions.edit_queued_message('ses_queue', queued.id, 'Second, edited')
    equal([message.input for message in edited.queue], ['Second, edited', 'Report'])
    equal(len(c.sessions.list_queue('ses_queue').queue), 2)
    equal([message.input for message in c.sessions.delete_queued_message('ses_queue', queued.id).queue], ['Report'])
    sent = c.sessions.send_queued_message('ses_queue', receipts[0].message_id).session
    equal(sent.messages[-1].content, 'Report')


@step
def session_files():
    """sessions: a file is uploaded and attached"""
    c.sessions.create(DESK, session_id='ses_file')
    stored = c.sessions.upload_file('ses_file', 'plan.txt', b'plan', media_type='text/plain')
    equal([stored.size, stored.media_type], [4, 'text/plain'])
    sent = c.sessions.send('ses_file', input='Read it', attachments=[{'file_name': stored.file_name}])
    equal(sent.session.messages[0].parts[1]['file_name'], stored.file_name)


@step
def approvals():
    """sessions: approval requests are answered"""
    session_of('agt_expense_approver', 'Pay the claim', 'ses_pay')
    pending = c.sessions.retrieve('ses_pay').session.pending_approvals
    equal([approval.type for approval in pending], ['tool_approval', 'human_input'])
    answers = [
        {'action_request_id': pending[0].action_request_id, 'action': 'accept'},
        {
            'action_request_id': pending[1].action_request_id,
            'action': 'accept',
            'response': {'values': {'cost_centre': 'Sales'}},
        },
    ]
    done = c.sessions.resolve_approvals('ses_pay', approval_responses=answers)
    equal([result.outcome for result in done.results], ['accepted', 'accepted'])
    advance(10)
    assert 'Paid € 412.80' in c.sessions.retrieve('ses_pay').session.messages[-1].parts[-1]['text']


@step
def streams():
    """sessions: start, follow-up and resumption are streams of events"""
    events = list(c.sessions.stream(DESK, input='Take 1 second', session_id='ses_stream'))
    equal([events[0].type, events[-1].type, events[-1].final, events[-1].finish_reason], ['interaction-ready', 'finish', True, 'stop'])
    text = ''.join(event.delta for event in events if event.type == 'text-delta')
    equal(text, c.sessions.retrieve('ses_stream').session.messages[-1].content)
    more = list(c.sessions.stream_message('ses_stream', input='Take 1 second more'))
    equal(more[-1].final, True)
    resumed = list(c.sessions.resume_stream('ses_stream', events[0].stream_cursor))
    equal([event.finish_reason for event in resumed], ['not_resumable'])


@step
def incognito_sessions():
    """sessions: an incognito session keeps nothing"""
    session_of(DESK, 'Secret', 'ses_before')
    c.sessions.create(DESK, input='Secret', session_id='ses_secret', incognito=True)
    advance(120)
    gone = c.sessions.retrieve('ses_secret').session
    equal([gone.incognito, gone.state, gone.messages], [True, 'completed', []])
    equal(len(c.sessions.retrieve('ses_before').session.messages), 2)


@step
def artifacts():
    """artifacts: list, download, versions, rename, delete"""
    session_of(AUDIT, 'Audit staging', 'ses_art')
    c.sessions.send('ses_art', input='Audit production')
    advance(20)
    listed = c.artifacts.list(AUDIT, session_id='ses_art', search_query='report').artifacts
    versions = c.artifacts.list_versions(listed[0].id).versions
    equal([[version.major_version, version.is_current] for version in versions], [[2, True], [1, False]])
    texts = [
        httpx.get(c.artifacts.download(listed[0].id, version_id=version.version_id).download_url).text
        for version in versions
    ]
    assert 'Audit production' in texts[0] and 'Audit staging' in texts[1]
    equal(c.artifacts.rename(listed[0].id, 'For Ana').name, 'For Ana')
    renamed = c.artifacts.list(AUDIT, session_id='ses_art', search_query='for ana').artifacts
    equal(renamed[0].metadata['display_name'], 'For Ana')
    equal(c.artifacts.delete(listed[0].id).deleted, True)
    refused(404, lambda: c.artifacts.download(listed[0].id))


@step
def sharing():
    """access: sharing changes who sees an artifact, a session and a skill"""
    ana = client_of('user_ana')
    session_of(AUDIT, 'Audit', 'ses_share')
    artifact = c.artifacts.list(AUDIT, session_id='ses_share', search_query='csv').artifacts[0]
    refused(404, lambda: ana.sessions.retrieve('ses_share'))
    refused(404, lambda: ana.artifacts.download(artifact.id))
    shared = c.artifacts.update_access(artifact.id, share=[ANA])
    equal([shared.notified, shared.access.people[0].name], [[ANA['email']], 'Ana Sousa'])
    equal(ana.artifacts.download(artifact.id).filename, 'audit-findings.csv')
    equal(ana.artifacts.get_access(artifact.id).access.grants_visibility, 'own')
    equal(c.artifacts.set_password(artifact.id, 'orange-boat-7').success, True)
    link = c.artifacts.update_access(artifact.id, remove=[ANA], link={'mode': 'password'}).access
    equal([link.link, link.password_protected, link.people], ['password', True, []])
    equal(c.artifacts.get_access(artifact.id).access.link, 'password')
    c.sessions.update_access('ses_share', share=[ANA])
    equal(ana.sessions.retrieve('ses_share').session.id, 'ses_share')
    equal([person.role for person in c.sessions.get_access('ses_share').access.people], ['viewer'])
    c.skills.update_access('skill_house_style', share=[{'type': 'organization', 'role': 'viewer'}])
    equal(c.skills.get_access('skill_house_style').access.organization_access.role, 'viewer')
    equal([skill.id for skill in ana.skills.list().skills], ['skill_house_style'])


@step
def skills():
    """skills: create, update, list, download, delete"""
    manifest = '---\nname: packing\ndescription: How to pack\n---\n'
    made = c.skills.create({'SKILL.md': manifest}, team_id='team_harbor').skill
    equal([made.name, made.major_version, made.team_id], ['packing', 1, 'team_harbor'])
    equal(c.skills.update(made.id, {'SKILL.md': manifest.replace('How', 'When')}).skill.description, 'When to pack')
    equal([skill.name for skill in c.skills.list(search_query='pack').skills], ['packing'])
    download = c.skills.download(made.id)
    archive = zipfile.ZipFile(io.BytesIO(httpx.get(download.download_url).content))
    equal([download.major_version, archive.namelist()], [2, ['SKILL.md']])
    equal(c.skills.delete(made.id).deleted, True)


@step
def brain_sources():
    """brain: sources, files, estimate, approval, search, deletion"""
    source = c.brain.create_source('Manuals', require_approval=True).source
    equal([source.status, source.scope], ['draft', 'personal'])
    uploaded = c.brain.upload_files(source.id, {'zipper.md': b'How to fix a zipper', 'tool.exe': b'MZ'})
    equal([uploaded.files[0].status, uploaded.rejected[0].file_name], ['uploaded', 'tool.exe'])
    equal(c.brain.get_estimate(source.id).estimate.document_count, 1)
    equal(c.brain.approve_source(source.id).source.status, 'active')
    advance(10)
    equal([file.status for file in c.brain.list_files(source.id).files], ['indexed'])
    equal([result.title for result in c.brain.search('zipper', limit=3).results], ['zipper.md'])
    equal(c.brain.get_source(source.id).source.name, 'Manuals')
    equal(c.brain.delete_file(source.id, uploaded.files[0].id).deleted, True)
    equal(c.brain.delete_source(source.id).deleted, True)
    equal([found.id for found in c.brain.list_sources(scope='organization').sources], ['brn_handbook'])


@step
def brain_syncs():
    """brain: a sync, its runs, issues, and the tree of a source"""
    queued = c.brain.sync_source('brn_handbook')
    equal(queued.status, 'queued')
    advance(10)
    run = c.brain.list_sync_runs('brn_handbook', page_size=1).items[0]
    equal([run.sync_run_id, run.status, run.credit_cost], [queued.sync_run_id, 'completed', 1])
    equal([issue.title for issue in c.brain.list_source_issues('brn_handbook').items], ['Payroll'])
    children = c.brain.list_source_children('brn_handbook', parent_id='doc_people')
    equal([child.title for child in children.items], ['Travel policy', 'Leave'])


@step
def mcp_tools():
    """mcp: servers, tools, accounts, calls"""
    equal([server.server_id for server in c.mcp.list_servers().servers], ['gumloop_slack', 'gumloop_aws', 'gumloop_ledger'])
    equal(c.mcp.get_server('gumloop_slack').server.status, 'connected')
    equal([tool.name for tool in c.mcp.list_tools('gumloop_aws').tools], ['aws_list_buckets'])
    accounts = c.mcp.list_accounts('gumloop_slack').accounts
    equal([account.id for account in accounts if not account.is_default], ['acct_slack_sales'])
    arguments = {'channel': '#a', 'text': 'b'}
    one = c.mcp.execute('gumloop_slack', 'slack_send_message', arguments)
    equal([one.results[0].status, one.results[0].content[0]['text']], ['success', 'Message sent to #a'])
    call = {'server_id': 'gumloop_slack', 'tool_name': 'slack_send_message', 'arguments': arguments}
    many = c.mcp.execute_many([{**call, 'account': 'acct_slack_sales'}, {**call, 'account': 'acct_none'}])
    assert 'sales@harborfinch.example' in many.results[0].content[0]['text']
    equal(many.results[1].error['code'], 'invalid_account')


@step
def mcp_content():
    """mcp: resources and prompts"""
    resource = c.mcp.list_resources('gumloop_slack').resources[0]
    assert 'broken wheels' in c.mcp.get_resource('gumloop_slack', resource.uri).text
    equal([prompt.name for prompt in c.mcp.list_prompts('gumloop_slack').prompts], ['summarize_channel'])
    prompt = c.mcp.get_prompt('gumloop_slack', 'summarize_channel', {'channel': '#repairs'})
    assert '#repairs' in prompt.messages[0].content['text']


@step
def models():
    """models, chat completions and decisions"""
    groups = c.models.list().model_groups
    classifiers = [model['id'] for group in groups for model in group['models'] if model.get('is_classifier_model')]
    equal(classifiers, ['typesafe/jev-1.13'])
    equal(c.models.route(input='hi').route.model, 'openai/gpt-5-mini')
    messages = [{'role': 'user', 'content': 'What is the capital of Canada?'}]
    result = c.chat.completions.create(model='openai/gpt-5', messages=messages)
    equal(result.choices[0].message.content, 'Ottawa.')
    assert result.system_fingerprint.startswith('fp_')
    chunks = list(c.chat.completions.create(model='openai/gpt-5', messages=messages, stream=True))
    equal(''.join(chunk.choices[0].delta.content or '' for chunk in chunks), 'Ottawa.')
    question = {'team': {'type': 'choice', 'instructions': 'Which team?', 'criteria': {'repairs': 'wheel', 'billing': 'invoice'}}}
    decision = c.decisions.create(model=classifiers[0], state='A wheel broke', questions=question)
    equal(decision.answers['team'].choice, 'repairs')


@step
def wiki_and_teams():
    """wiki, teams and organizations"""
    cards = c.wiki.query(type='person', entity_key='ana-sousa').cards
    equal([cards[0].name, cards[0].facts[1].text], ['Ana Sousa', 'Wants figures in a table.'])
    equal([team.id for team in c.teams.list().teams], ['team_harbor', 'team_finance'])
    equal([organization.id for organization in c.organizations.list().organizations], ['org_harborfinch'])


@step
def browser_profiles():
    """browser profiles: create, get, update, import cookies, list, delete"""
    profile = c.browser_profiles.create('Research')
    equal(c.browser_profiles.get(profile.profile_id).name, 'Research')
    equal(c.browser_profiles.update(profile.profile_id, name='Sales', is_default=True).name, 'Sales')
    cookies = [{'name': 's', 'value': 'v', 'domain': '.example.org'}]
    equal(c.browser_profiles.import_cookies('default', cookies=cookies).imported.sites, ['example.org'])
    equal([[p.name, p.sites[0].cookie_count] for p in c.browser_profiles.list().profiles], [['Sales', 1]])
    equal(c.browser_profiles.delete(profile.profile_id).status, 'success')


@step
def agent_evaluations():
    """evaluations of an agent: options, configuration, run, results, totals"""
    equal(c.agents.get_evaluation_options().limits.criteria, 20)
    criteria = [{'name': 'Polite', 'prompt': 'Is it?', 'type': 'voice_tone', 'priority': 'needs_review'}]
    equal(c.agents.update_evaluation_config(DESK, enabled=True, criteria=criteria).config.enabled, True)
    equal(c.agents.get_evaluation_config(DESK).config.criteria[0]['name'], 'Polite')
    session_of(DESK, 'Bags?', 'ses_eval')
    equal(c.agents.run_evaluations(DESK, session_ids=['ses_eval'], dry_run=True).credit_cost, 1)
    queued = c.agents.run_evaluations(DESK, session_ids=['ses_eval']).results[0]
    advance(10)
    result = c.agents.get_evaluation(DESK, queued.id).evaluation
    equal([result.status, result.session_id, result.call_successful], ['completed', 'ses_eval', 'success'])
    equal([found.id for found in c.agents.list_evaluations(DESK, grade=result.grade).evaluations], [queued.id])
    equal(c.agents.get_evaluation_metrics(DESK, days=7).grades[result.grade], 1)


@step
def organization_evaluations():
    """evaluations of the organization: create, target, enable, run, results, totals, delete"""
    assert 'agent' in c.evaluations.options().target_types
    config = {'criteria': [{'name': 'Done', 'prompt': 'Is it done?', 'priority': 'needs_attention'}]}
    made = c.evaluations.create(organization_id='org_harborfinch', name='Done', config=config).evaluation
    equal(c.evaluations.set_targets(made.id, [{'type': 'agent', 'id': BROKEN}]).covered_agent_count, 1)
    equal(c.evaluations.update(made.id, enabled=True).evaluation.enabled, True)
    session_of(BROKEN, 'Book', 'ses_broken')
    queued = c.evaluations.run(made.id, 'ses_broken').results[0]
    advance(10)
    equal(c.evaluations.get_result(made.id, queued.id).result.grade, 'needs_attention')
    equal([result.session_id for result in c.evaluations.list_results(made.id).results], ['ses_broken'])
    equal(c.evaluations.metrics(made.id, days=7).grades['needs_attention'], 1)
    equal(c.evaluations.retrieve(made.id).evaluation.run_summary['completed'], 1)
    equal([found.name for found in c.evaluations.list('org_harborfinch').evaluations], ['Done'])
    c.evaluations.delete(made.id)
    refused(404, lambda: c.evaluations.retrieve(made.id))


@step
def flows():
    """flows: the older client starts a flow and reads its run"""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        client = GumloopClient(api_key='key', user_id=USER)
    client.base_url = API
    recorded = Recorded(client)
    started = httpx.post(
        f'{API}/start_pipeline', headers=client.headers, json={'user_id': USER, 'saved_item_id': 'flow_q3_campaign', 'campaign_name': 'A', 'channel': 'Email'}
    ).json()
    advance(60)
    equal(recorded.get_run_status(started['run_id'])['state'], 'DONE')
    outputs = recorded.run_flow('flow_q3_campaign', {'campaign_name': 'A', 'channel': 'Email'}, poll_interval=0.2, timeout=60)
    assert outputs, outputs


@step
def errors():
    """errors of the API are the SDK's errors, with code and status"""
    equal(refused(404, lambda: c.agents.retrieve('agt_none')).code, 'not_found')
    equal(refused(400, lambda: c.agents.create_trigger(AUDIT, type='schedule', prompt='x', cron_expression='x')).code, 'invalid_request')
    team = Gumloop(api_key='team-key', base_url=API, team_id='team_harbor')
    equal(refused(403, lambda: team.agents.delete(AUDIT)).code, 'insufficient_scope')
    ana = client_of('user_ana')
    equal(refused(403, lambda: ana.agents.set_incognito(AUDIT, True)).code, 'organization_permission_required')


json.dump({'steps': steps, 'called': sorted(called)}, sys.stdout)
