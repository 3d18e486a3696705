import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

// Takes the picture of README.md: npm run screenshot, after make build.
export default defineConfig(tests, {
  testMatch: /screenshot\.ts$/,
  use: { viewport: { width: 1440, height: 900 } },
});
