import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { type Job, useChange } from '../api/hooks'
import { common } from '../words/common'
import { useFormats, useWords, words } from '../words/words'
import { Failure } from './page'

const texts = words({
  nl: {
    waiting: 'Wacht op ander werk…',
    running: 'Bezig…',
    so_far: '{done} van {total}',
    stop: 'Stoppen',
    stays: 'U kunt deze pagina verlaten: het werk gaat door.',
  },
  en: {
    waiting: 'Waiting for other work…',
    running: 'Working…',
    so_far: '{done} of {total}',
    stop: 'Stop',
    stays: 'You can leave this page: the work goes on.',
  },
})

/** How far long work is, and the way to stop it. */
export function JobProgress({ job, title }: { readonly job: Job; readonly title: string }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { number } = useFormats()
  const cancel = useChange('jobs.cancel', ['jobs.'])
  const { progress } = job
  const part = progress && progress.total > 0 ? (100 * progress.done) / progress.total : 0
  return (
    <Stack gap="xs">
      <Text fw={600}>{title}</Text>
      <Progress.Root size="lg">
        <Progress.Section
          value={progress ? part : 100}
          animated={!progress}
          striped={!progress}
          aria-label={title}
          aria-valuetext={progress ? `${Math.round(part)}%` : shared('loading')}
        />
      </Progress.Root>
      <Group justify="space-between" wrap="wrap">
        <Text size="sm" c="dimmed" role="status">
          {progress
            ? say('so_far', { done: number(progress.done), total: number(progress.total) })
            : say(job.state === 'waiting' ? 'waiting' : 'running')}{' '}
          {say('stays')}
        </Text>
        <Button
          size="xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ id: job.id })}
        >
          {say('stop')}
        </Button>
      </Group>
      {cancel.error && <Failure error={cancel.error} />}
    </Stack>
  )
}
