package keys

const On = "on"
