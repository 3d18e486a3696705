package importxml

import "bytes"

// IsCodeless tells whether a document in Blockly's XML is logic of Backendless
// Codeless, by the types of blocks that only Codeless has.
func IsCodeless(xml []byte) bool {
	for _, mark := range []string{handlerRoot, functionRoot, functionCall, contextMark, `type="` + customCode} {
		if bytes.Contains(xml, []byte(mark)) {
			return true
		}
	}
	return false
}
