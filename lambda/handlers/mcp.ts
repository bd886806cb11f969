/** Lambda entry of the MCP endpoint. */
import { type AwsLambdaGlobal, bufferedHandler, streamingHandler } from '../http/lambda-adapter.ts'
import { wireMcpFunction } from './wiring.ts'

const mcp = wireMcpFunction(process.env)
void mcp.prime()

// The managed runtime defines `awslambda`; an emulator without it can only take buffered answers.
const { awslambda } = globalThis as { awslambda?: AwsLambdaGlobal }

export const handler =
  mcp.isStreaming && awslambda
    ? streamingHandler(mcp.app, mcp.settle, awslambda)
    : bufferedHandler(mcp.app, mcp.settle)
