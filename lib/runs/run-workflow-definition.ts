/**
 * The state machine that watches one run: it waits and polls until the poller reports the end. Amazon States
 * Language with JSONata. All knowledge about Gumloop is in the poller; the state machine only handles its failures.
 */

/** Input of an execution (`lambda/runs/watch/workflow-poll-scheduler.ts`). */
const INPUT = '$states.context.Execution.Input'
/** Delay after all retries failed: the poller is broken, or throttled for longer. */
const AFTER_ERROR_SECONDS = 60
/** How long after the deadline an execution still invokes the poller, which would record the end of the watch. */
const GRACE_MS = 3_600_000
/** The poller only waits for Gumloop, so Lambda's smallest size is enough. */
export const POLLER_MEMORY_MB = 128
/** A poll takes at most 12 s; the rest is for its writes and the event. */
export const POLLER_TIMEOUT_SECONDS = 40
/** Longer than the poller's own timeout, so that the poller's error is reported instead. */
const POLL_TIMEOUT_SECONDS = POLLER_TIMEOUT_SECONDS + 20

export interface RunWorkflowNames {
  /** `arn:<partition>:states:::lambda:invoke`. */
  invokeResource: string
  pollerArn: string
  /** Maximum time that one run is watched. */
  watchHours: number
}

export function runWorkflowDefinition({ invokeResource, pollerArn, watchHours }: RunWorkflowNames) {
  return {
    Comment: 'Polls one Gumloop run until it ends; the poller records the end.',
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    // Later than every other limit, so that no execution runs forever.
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
            // Temporary errors of Lambda itself: throttled or unreachable.
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
          'The poller kept failing until after the deadline (see its log). The end of the run was not recorded.',
      },
    },
  }
}
