"""What verl's CollabLLM recipe trains from: data, configuration, simulated user and reward, written as one folder."""
