package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/gin-gonic/gin"

	"blockflow/runtime/store"
)

// serveBare is what the webhook is measured against: a Gin handler that inserts
// one row, in group commit by the store's own writer.
func serveBare(address, dir string) error {
	debug.SetGCPercent(400) // as cmd/blockflow sets it
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	s, err := store.Open(ctx, dir, store.Options{Key: [32]byte{1}})
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.POST("/hook", func(c *gin.Context) {
		body, err := io.ReadAll(c.Request.Body)
		if err == nil {
			err = s.Audit(c, store.AuditEntry{Action: "hook", Detail: string(body)})
		}
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.JSON(http.StatusOK, gin.H{"sum": 3})
	})
	web := &http.Server{Addr: address, Handler: r}
	go func() {
		<-ctx.Done()
		_ = web.Close() // an error says only that it is closed
	}()
	_ = web.ListenAndServe() // ends with the process
	return s.Close()
}
