package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"blockflow/blocks"
	"blockflow/engine"
)

func blocksCommand() *cobra.Command {
	var asJSON, asMarkdown bool
	var language string
	c := &cobra.Command{
		Use:   "blocks",
		Short: "List every block there is, with its help",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains(blocks.Languages(), language) {
				return unusable("blocks don't speak %q. Choose one of %s", language, strings.Join(blocks.Languages(), ", "))
			}
			list := vocabularyList(blocks.In(language))
			switch {
			case asJSON:
				return printJSON(c.OutOrStdout(), list)
			case asMarkdown:
				vocabularyMarkdown(c.OutOrStdout(), list)
			default:
				for _, b := range list {
					fmt.Fprintf(c.OutOrStdout(), "%-12s %-28s %s\n", b.Category, b.Type, b.Help)
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON list")
	c.Flags().BoolVar(&asMarkdown, "markdown", false, "print the whole reference as Markdown")
	c.Flags().StringVar(&language, "lang", blocks.English, "language of the blocks: "+strings.Join(blocks.Languages(), ", "))
	c.MarkFlagsMutuallyExclusive("json", "markdown")
	return c
}

type listedBlock struct {
	Type     string          `json:"type"`
	Category string          `json:"category"`
	Text     string          `json:"text"` // "" if Blockly draws the block
	Gives    engine.Type     `json:"gives"`
	Effect   string          `json:"effect"`
	Help     string          `json:"help"`
	Doc      string          `json:"doc"`
	Examples []listedExample `json:"examples"`
}

type listedExample struct {
	Block json.RawMessage `json:"block"`
	Gives json.RawMessage `json:"gives,omitempty"`
	Fails engine.Code     `json:"fails,omitempty"`
}

func vocabularyList(v *engine.Vocabulary) []listedBlock {
	list := []listedBlock{}
	for c, b := range v.All {
		effect, _ := b.Effect()
		info := listedBlock{b.Type, c.Name, b.Text, b.Gives, effect.Kind, b.Help, b.Doc, []listedExample{}}
		for _, x := range b.Examples {
			info.Examples = append(info.Examples, listedExample{json.RawMessage(x.Block), json.RawMessage(x.Gives), x.Fails})
		}
		list = append(list, info)
	}
	return list
}

func vocabularyMarkdown(out io.Writer, list []listedBlock) {
	fmt.Fprintln(out, "# Blocks")
	category := ""
	for _, b := range list {
		if b.Category != category {
			category = b.Category
			fmt.Fprintf(out, "\n## %s\n", category)
		}
		fmt.Fprintf(out, "\n### `%s`\n\n%s\n", b.Type, b.Help)
		if b.Doc != "" {
			fmt.Fprintf(out, "\n%s\n", b.Doc)
		}
		for _, x := range b.Examples {
			outcome := "gives `" + string(x.Gives) + "`"
			if x.Fails != "" {
				outcome = "fails with `" + string(x.Fails) + "`"
			} else if len(x.Gives) == 0 {
				outcome = "gives nothing"
			}
			fmt.Fprintf(out, "\n```json\n%s\n```\n%s\n", strings.TrimSpace(string(x.Block)), outcome)
		}
	}
}
