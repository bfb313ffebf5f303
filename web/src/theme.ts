import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, Modal } from '@mantine/core'

const regie: MantineColorsTuple = [
  '#eaf4f6',
  '#d5e6ea',
  '#aacdd5',
  '#7bb2be',
  '#549caa',
  '#3b8e9e',
  '#2c8797',
  '#1d7484',
  '#0d6776',
  '#005967',
]

export const theme = createTheme({
  primaryColor: 'regie',
  primaryShade: { light: 8, dark: 7 },
  colors: { regie },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // The head of a dialog is not a second head of the page.
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'presentation' } } } }),
  },
})

/** Dimmed text, and what is wrong with a field, still read easily (WCAG 2.2, 1.4.3), on our wash as well. */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a6472',
    '--mantine-color-placeholder': '#687280',
    '--mantine-color-error': '#b42318',
  },
  dark: {
    '--mantine-color-dimmed': '#a4adba',
    '--mantine-color-placeholder': '#98a1ae',
    '--mantine-color-error': '#ffa8a8',
  },
})
