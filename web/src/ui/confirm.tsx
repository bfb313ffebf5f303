import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { common } from '../words/common'
import { useWords } from '../words/words'
import { Failure } from './page'

/** Asks once more before something that is not taken back, in words that say what it is. */
export function Confirm({
  title,
  text,
  sure,
  error,
  busy,
  onSure,
  onClose,
  children,
}: {
  readonly title: string
  readonly text: string
  /** On the button that does it: what it does, and never just yes. */
  readonly sure: string
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
        <Text size="sm">{text}</Text>
        {children}
        {error !== null && <Failure error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {shared('cancel')}
          </Button>
          <Button color="red.9" loading={busy} onClick={onSure}>
            {sure}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
