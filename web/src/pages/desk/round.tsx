import { Badge, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Failure } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { roundWords } from '../../words/rounds'
import { useFormats, useWords } from '../../words/words'

type Campaign = Output<'campaigns.get'>

const touches = ['campaigns.']
const LOOK_AGAIN_MS = 3_000

export const isRunning = ({ state }: Campaign) => state === 'running'

/** A round goes on while somebody looks. */
export function useLookAgain(isOn: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    if (!isOn) return
    const timer = window.setInterval(
      () =>
        void client.invalidateQueries({
          predicate: ({ queryKey }) => String(queryKey[0]).startsWith('campaigns.'),
        }),
      LOOK_AGAIN_MS,
    )
    return () => window.clearInterval(timer)
  }, [client, isOn])
}

/** How far a round is, and the ways to stop it and let it go on. */
export function Round({ one, isLinked = false }: { readonly one: Campaign; readonly isLinked?: boolean }) {
  const say = useWords(roundWords)
  const { day, number } = useFormats()
  const who = useWho()
  const tell = useTell()
  const stop = useChange('campaigns.stop', touches)
  const resume = useChange('campaigns.resume', touches)
  const [isStopping, setStopping] = useState(false)
  const { id, version, progress } = one
  const part = progress.parties > 0 ? (100 * progress.accepted) / progress.parties : 0
  const mayChange = hasRole(who, 'servicedesk')
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="sm">
        <Group justify="space-between" wrap="wrap">
          {isLinked ? (
            <TextLink to="/desk/campaigns/$id" params={{ id }} fw={600}>
              {say('one', { version })}
            </TextLink>
          ) : (
            <Text fw={600}>{say('one', { version })}</Text>
          )}
          <Badge variant="light" color={one.state === 'running' ? 'regie' : 'gray'}>
            {say(one.state)}
          </Badge>
        </Group>
        <Text size="sm" role="status">
          {say('so_far', { accepted: number(progress.accepted), parties: number(progress.parties) })}
        </Text>
        <Progress value={part} aria-label={say('one', { version })} />
        <Facts>
          <Fact name={say('started')}>{day(one.started_at)}</Fact>
          <Fact name={say('deadline')}>{day(one.deadline)}</Fact>
          {one.ended_at !== null && <Fact name={say('over')}>{day(one.ended_at)}</Fact>}
          {(['parties', 'told', 'accepted', 'waiting', 'suspended', 'excused'] as const).map((what) => (
            <Fact key={what} name={say(what)}>
              {number(progress[what])}
            </Fact>
          ))}
        </Facts>
        {resume.error && <Failure error={resume.error} />}
        {mayChange && one.state === 'running' && (
          <Group>
            <Button variant="light" color="red" onClick={() => setStopping(true)}>
              {say('stop')}
            </Button>
          </Group>
        )}
        {mayChange && one.state === 'stopped' && (
          <Group>
            <Button
              variant="default"
              loading={resume.isPending}
              onClick={() =>
                resume.mutate({ id }, { onSuccess: () => tell({ text: say('gone_on', { version }) }) })
              }
            >
              {say('resume')}
            </Button>
          </Group>
        )}
      </Stack>
      {isStopping && (
        <Confirm
          title={say('stop_title', { version })}
          text={say('stop_text')}
          sure={say('stop')}
          error={stop.error}
          busy={stop.isPending}
          onClose={() => setStopping(false)}
          onSure={() =>
            stop.mutate(
              { id },
              {
                onSuccess: () => {
                  setStopping(false)
                  tell({ text: say('halted', { version }), undo: () => resume.mutate({ id }) })
                },
              },
            )
          }
        />
      )}
    </Paper>
  )
}
