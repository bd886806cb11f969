"""Agent frameworks against two connectors: one lists the default tools, the other one all.

Each framework converts every tool as it does for a model, and calls one as it calls tools: some send null for what is
left out. Usage: drive_frameworks.py DEFAULT_URL ALL_URL; prints a report as JSON.
"""

import asyncio
import json
import sys
import traceback

DEFAULT_URL, ALL_URL = sys.argv[1:]
TOOL = "list_all_gumloop_agents"
ARGS = {"limit": 2, "next_cursor": None}


def named(tools, name_of):
    return next(tool for tool in tools if name_of(tool) == TOOL)


async def google_genai(url):
    from google.genai import _mcp_utils, types
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async with streamablehttp_client(url) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        for tool in _mcp_utils.mcp_to_gemini_tools(tools):
            assert tool.function_declarations[0].parameters.type == types.Type.OBJECT
        return len(tools), (await session.call_tool(TOOL, ARGS)).content[0].text


async def google_adk(url):
    from google.adk.tools.mcp_tool.mcp_toolset import McpToolset, StreamableHTTPConnectionParams

    toolset = McpToolset(connection_params=StreamableHTTPConnectionParams(url=url))
    try:
        tools = await toolset.get_tools()
        for tool in tools:
            assert tool._get_declaration().name == tool.name
        result = await named(tools, lambda tool: tool.name).run_async(args=ARGS, tool_context=None)
        return len(tools), result
    finally:
        await toolset.close()


async def openai_agents(url):
    from agents.mcp import MCPServerStreamableHttp, MCPUtil

    async with MCPServerStreamableHttp(params={"url": url}, client_session_timeout_seconds=20) as server:
        tools = await server.list_tools()
        strict = [MCPUtil.to_function_tool(tool, server, convert_schemas_to_strict=True) for tool in tools]
        for function in strict:
            properties = function.params_json_schema.get("properties", {})
            if function.strict_json_schema:
                assert function.params_json_schema["additionalProperties"] is False
                assert sorted(function.params_json_schema["required"]) == sorted(properties)
        # A free object has no strict form: its tool stays usable without one.
        assert all(f.strict_json_schema for f in strict if f.name in (TOOL, "wait_for_gumloop_session"))
        assert not any(f.strict_json_schema for f in strict if f.name == "create_a_gumloop_flow_run")
        result = await server.call_tool(TOOL, ARGS)
        return len(tools), result.content[0].text


async def langchain(url):
    from langchain_core.utils.function_calling import convert_to_openai_tool
    from langchain_mcp_adapters.client import MultiServerMCPClient

    tools = await MultiServerMCPClient({"gumloop": {"transport": "streamable_http", "url": url}}).get_tools()
    for tool in tools:
        assert convert_to_openai_tool(tool)["function"]["parameters"]["type"] == "object"
    return len(tools), await named(tools, lambda tool: tool.name).ainvoke(ARGS)


async def pydantic_ai(url):
    from pydantic_ai import Agent
    from pydantic_ai.mcp import MCPToolset
    from pydantic_ai.models.test import TestModel

    agent = Agent(TestModel(call_tools=[TOOL]), toolsets=[MCPToolset(url)])
    async with agent:
        result = await agent.run("List the agents")
        return len(agent.model.last_model_request_parameters.function_tools), result.output


async def llama_index(url):
    from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

    tools = await McpToolSpec(client=BasicMCPClient(url)).to_tool_list_async()
    for tool in tools:
        assert tool.metadata.to_openai_tool()["function"]["name"] == tool.metadata.name
    return len(tools), (await named(tools, lambda tool: tool.metadata.name).acall(**ARGS)).content


async def smolagents(url):
    from smolagents import ToolCollection

    def use():
        parameters = {"url": url, "transport": "streamable-http"}
        with ToolCollection.from_mcp(parameters, trust_remote_code=True, structured_output=True) as found:
            return len(found.tools), named(found.tools, lambda tool: tool.name)(limit=2)

    return await asyncio.to_thread(use)


FRAMEWORKS = (google_genai, google_adk, openai_agents, langchain, pydantic_ai, llama_index, smolagents)
report = {}
for framework in FRAMEWORKS:
    for listed, url in (("default", DEFAULT_URL), ("all", ALL_URL)):
        try:
            count, answer = asyncio.run(framework(url))
            entry = {"tools": count, "answer": str(answer)}
        except BaseException:  # a framework may raise anything, groups included
            entry = {"error": traceback.format_exc()[-2000:]}
        report.setdefault(framework.__name__, {})[listed] = entry
print(json.dumps(report))
