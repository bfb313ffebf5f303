import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { common } from '../words/common'
import { useWords } from '../words/words'
import { Failure } from './page'

/** Asks once more, in words that say what it is: before what is not taken back, or what has to be said with it. */
export function Confirm({
  title,
  text,
  sure,
  isHarmless = false,
  isReady = true,
  error,
  busy,
  onSure,
  onClose,
  children,
}: {
  readonly title: string
  readonly text?: string | undefined
  /** On the button that does it: what it does, and never just yes. */
  readonly sure: string
  /** Nothing is lost by it. */
  readonly isHarmless?: boolean
  /** Whether all that has to be said was said. */
  readonly isReady?: boolean
  readonly error: unknown
  readonly busy: boolean
  readonly onSure: () => unknown
  readonly onClose: () => void
  readonly children?: ReactNode
}) {
  const shared = useWords(common)
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <Stack>
        {text !== undefined && <Text size="sm">{text}</Text>}
        {children}
        {error ? <Failure error={error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {shared('cancel')}
          </Button>
          <Button
            {...(!isHarmless && { color: 'red.9' })}
            disabled={!isReady}
            loading={busy}
            onClick={onSure}
          >
            {sure}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
