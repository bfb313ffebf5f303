import { Button, Group, Paper, Text, VisuallyHidden } from '@mantine/core'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { common } from '../words/common'
import { useWords } from '../words/words'

interface Told {
  readonly text: string
  /** Takes it back, while it can be. */
  readonly undo?: () => unknown
}

const ToldContext = createContext<(told: Told) => void>(() => undefined)

/** Says that something was done, for a while; with a way back where there is one. */
export const useTell = () => useContext(ToldContext)

const UNDO_MS = 8_000

export function ToldProvider({ children }: { readonly children: ReactNode }) {
  const say = useWords(common)
  const [told, setTold] = useState<Told | null>(null)
  const timer = useRef(0)
  const tell = useCallback((one: Told) => {
    window.clearTimeout(timer.current)
    setTold(one)
    timer.current = window.setTimeout(() => setTold(null), UNDO_MS)
  }, [])
  const close = () => setTold(null)
  return (
    <ToldContext.Provider value={useMemo(() => tell, [tell])}>
      {children}
      <div className="told" role="status" aria-live="polite">
        {told && (
          <Paper withBorder shadow="md" p="sm" radius="md">
            <Group gap="md" wrap="nowrap">
              <Text size="sm">{told.text}</Text>
              {told.undo && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={() => {
                    close()
                    told.undo?.()
                  }}
                >
                  {say('undo')}
                </Button>
              )}
              <Button size="compact-sm" variant="subtle" color="gray" onClick={close}>
                <span aria-hidden="true">×</span>
                <VisuallyHidden>{say('close')}</VisuallyHidden>
              </Button>
            </Group>
          </Paper>
        )}
      </div>
    </ToldContext.Provider>
  )
}
