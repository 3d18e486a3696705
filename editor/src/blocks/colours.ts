import * as Blockly from 'blockly/core';

/** The workspace in the page's colours. Block colours come with the blocks. */

const font = {
  family: 'system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif',
  weight: '500',
  size: 11,
};

const light = Blockly.Theme.defineTheme('blockflow-light', {
  name: 'blockflow-light',
  base: Blockly.Themes.Classic,
  fontStyle: font,
  startHats: false,
  componentStyles: {
    workspaceBackgroundColour: '#f5f6f8',
    toolboxBackgroundColour: '#ffffff',
    toolboxForegroundColour: '#1b2026',
    flyoutBackgroundColour: '#eef0f3',
    flyoutForegroundColour: '#5a6572',
    flyoutOpacity: 1,
    scrollbarColour: '#c3cad2',
    scrollbarOpacity: 0.7,
    selectedGlowColour: '#1d6fa5',
    insertionMarkerColour: '#1b2026',
    insertionMarkerOpacity: 0.25,
  },
});

const dark = Blockly.Theme.defineTheme('blockflow-dark', {
  name: 'blockflow-dark',
  base: Blockly.Themes.Classic,
  fontStyle: font,
  startHats: false,
  componentStyles: {
    workspaceBackgroundColour: '#14171b',
    toolboxBackgroundColour: '#1b1f25',
    toolboxForegroundColour: '#e7eaee',
    flyoutBackgroundColour: '#232831',
    flyoutForegroundColour: '#a3adb9',
    flyoutOpacity: 1,
    scrollbarColour: '#4a5462',
    scrollbarOpacity: 0.7,
    selectedGlowColour: '#6cb6e6',
    insertionMarkerColour: '#ffffff',
    insertionMarkerOpacity: 0.35,
  },
});

export const colours = (isDark: boolean): Blockly.Theme => (isDark ? dark : light);
