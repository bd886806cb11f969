/**
 * The state machine that watches one run: wait, poll, and again, until the poller says that it is over. Amazon States
 * Language with JSONata. Everything about Gumloop is in the poller; this is only what must outlive its failures.
 */

/** What an execution is started with (`lambda/runs/watch/workflow-poll-scheduler.ts`). */
const INPUT = '$states.context.Execution.Input'
/** After retries that did not help: the poller is broken, or throttled for longer. */
const AFTER_ERROR_SECONDS = 60
/** How long past its deadline an execution still tries to reach a poller that would record that it gave up. */
const GRACE_MS = 3_600_000
/** It waits for Gumloop and does nothing else: the smallest size of Lambda is enough. */
export const POLLER_MEMORY_MB = 128
/** A poll takes at most 12 s, its writes and the event some more. */
export const POLLER_TIMEOUT_SECONDS = 40
/** Longer than the poller's own timeout, so that its error is reported and not this one. */
const POLL_TIMEOUT_SECONDS = POLLER_TIMEOUT_SECONDS + 20

export interface RunWorkflowNames {
  /** `arn:<partition>:states:::lambda:invoke`. */
  invokeResource: string
  pollerArn: string
  /** How long one run is watched. */
  watchHours: number
}

export function runWorkflowDefinition({ invokeResource, pollerArn, watchHours }: RunWorkflowNames) {
  return {
    Comment: 'Polls one run of Gumloop until it is over; the poller records the end.',
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    // Behind every other limit: no execution runs for ever.
    TimeoutSeconds: (watchHours + 2) * 3600,
    States: {
      Wait: { Type: 'Wait', Seconds: '{% $states.input.wait_seconds %}', Next: 'Poll' },
      Poll: {
        Type: 'Task',
        Resource: invokeResource,
        Arguments: {
          FunctionName: pollerArn,
          Payload: { watch_id: `{% ${INPUT}.watch_id %}`, attempt: `{% ${INPUT}.attempt %}` },
        },
        Output: '{% $states.result.Payload %}',
        TimeoutSeconds: POLL_TIMEOUT_SECONDS,
        Retry: [
          {
            // Transient failures of Lambda itself: throttled, or unreachable.
            ErrorEquals: [
              'Lambda.TooManyRequestsException',
              'Lambda.ServiceException',
              'Lambda.AWSLambdaException',
              'Lambda.SdkClientException',
              'Lambda.ClientExecutionTimeoutException',
            ],
            IntervalSeconds: 2,
            BackoffRate: 2,
            MaxDelaySeconds: 30,
            MaxAttempts: 5,
            JitterStrategy: 'FULL',
          },
          {
            // The poller failed: the table, the secret or the event bus could not be reached.
            ErrorEquals: ['States.ALL'],
            IntervalSeconds: 3,
            BackoffRate: 2,
            MaxDelaySeconds: 30,
            MaxAttempts: 3,
            JitterStrategy: 'FULL',
          },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'IsTooLate' }],
        Next: 'IsOver',
      },
      IsOver: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.is_over %}', Next: 'Over' }],
        Default: 'Wait',
      },
      Over: { Type: 'Succeed' },
      IsTooLate: {
        Type: 'Choice',
        Choices: [
          {
            Condition: `{% $toMillis($states.context.State.EnteredTime) > ${INPUT}.deadline_ms + ${GRACE_MS} %}`,
            Next: 'PollerBroken',
          },
        ],
        Default: 'WaitAfterError',
      },
      WaitAfterError: { Type: 'Wait', Seconds: AFTER_ERROR_SECONDS, Next: 'Poll' },
      PollerBroken: {
        Type: 'Fail',
        Error: 'PollerBroken',
        Cause:
          'The poller failed until long past the deadline: see its log. The end of the run was not recorded.',
      },
    },
  }
}
