"""Tables to arrays: the ground a war is simulated on."""
