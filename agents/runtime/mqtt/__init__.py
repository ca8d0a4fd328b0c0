"""autogen-core's `AgentRuntime` over a broker of MQTT 5: agents and models in any number of processes and machines.

Neither the broker nor its client is trusted with a message: whoever asks keeps the request, and sends it again until a
reply is there or its deadline passed; whoever answers remembers what it answered, and never does it twice.
"""
