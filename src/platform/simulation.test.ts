import { expect, test } from '@jest/globals';
import { openable, simulationOf } from './simulation.ts';

test('real servers keep their addresses', () => {
  expect(simulationOf({ privateNetwork: 'forbidden', publicUrl: 'https://chiche.example' })).toBeNull();
  expect(openable('https://piaille.fr/@ada', null)).toBe('https://piaille.fr/@ada');
});

test('simulated ones are found by path, whether asked once or twice', () => {
  const simulation = simulationOf({ privateNetwork: { host: '127.0.0.1', port: 4999 }, publicUrl: 'http://localhost:3000' });
  const opened = openable('https://mastodon.example/authorize_interaction?uri=a%2Fb', simulation);
  expect(opened).toBe('http://127.0.0.1:4999/~mastodon.example/authorize_interaction?uri=a%2Fb');
  expect(openable(opened, simulation)).toBe(opened);
  const screenshot = 'http://localhost:3000/evidence/018a5e2c.webp';
  expect(openable(screenshot, simulation)).toBe(screenshot);
  expect(openable('mailto:ada@mastodon.example', simulation)).toBe('mailto:ada@mastodon.example');
});
