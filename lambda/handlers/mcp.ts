/** Lambda handler of the MCP endpoint. */
import { type AwsLambdaGlobal, bufferedHandler, streamingHandler } from '../http/lambda-adapter.ts'
import { wireMcpFunction } from './mcp-wiring.ts'

const mcp = wireMcpFunction(process.env)
void mcp.prime()

// The managed runtime defines `awslambda`; an emulator without it supports only buffered responses.
const { awslambda } = globalThis as { awslambda?: AwsLambdaGlobal }

export const handler =
  mcp.isStreaming && awslambda
    ? streamingHandler(mcp.app, mcp.settle, awslambda)
    : bufferedHandler(mcp.app, mcp.settle)
