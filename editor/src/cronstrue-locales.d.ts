// The package has types for itself, but none for its languages.
declare module 'cronstrue/locales/de';
declare module 'cronstrue/locales/es';
