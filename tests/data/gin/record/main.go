// Writes NAME.log by the default formatter of the Gin it is built with, over random values, and the
// values beside it (NAME.truth.jsonl): record SEED RECORDS plain|colour NAME. See ../../README.md.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	_ "unsafe" // for go:linkname

	"github.com/gin-gonic/gin"
)

//go:linkname formatter github.com/gin-gonic/gin.defaultLogFormatter
var formatter func(gin.LogFormatterParams) string

type source struct{ *rand.Rand }

func (r source) pick(all ...string) string { return all[r.Intn(len(all))] }

// Every size and unit, both signs, and the edges of each unit.
func (r source) latency() time.Duration {
	edges := []time.Duration{0, 1, 999, 1e3, 1001, 999999, 1e6, 999999999, 1e9, 59999999999, 6e10, 60000000001,
		3599999999999, 36e11, math.MaxInt64, math.MinInt64, math.MinInt64 + 1}
	switch r.Intn(5) {
	case 0:
		return edges[r.Intn(len(edges))]
	case 1:
		return time.Duration(r.Uint64())
	case 2:
		return -time.Duration(r.Int63n(int64(math.Pow10(1 + r.Intn(18)))))
	default:
		return time.Duration(r.Int63n(int64(math.Pow10(1 + r.Intn(15)))))
	}
}

// Letters, any bytes, any runes, and what a reader might stumble over.
func (r source) text(size int) string {
	var text strings.Builder
	for ; size > 0; size-- {
		switch r.Intn(14) {
		case 0:
			text.WriteByte(byte(r.Intn(256)))
		case 1:
			text.WriteRune(rune(r.Intn(utf8.MaxRune)))
		case 2:
			text.WriteString(r.pick("\"", "\\", "\n", "\r", "\t", "|", " ", "`", "'", "\x00", "\x1b[0m", "\x7f", "\u200b",
				"\u00a0", "é", "😀", "[GIN] ", "Error #01: ", "%", "&", "=", "/", "µ"))
		default:
			text.WriteByte("abcdefghijklmnopqrstuvwxyz0123456789-_./"[r.Intn(40)])
		}
	}
	return text.String()
}

// As it can be read back: Gin prints less of a long one, and from 1.12 on less of most.
func printed(latency time.Duration, newer bool) time.Duration {
	switch {
	case latency > time.Minute && newer:
		return latency.Truncate(10 * time.Second)
	case latency > time.Minute:
		return latency.Truncate(time.Second)
	case latency > time.Second && newer:
		return latency.Truncate(10 * time.Millisecond)
	case latency > time.Millisecond && newer:
		return latency.Truncate(10 * time.Microsecond)
	}
	return latency
}

func isNewer() bool {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "github.com/gin-gonic/gin" {
			return !strings.HasPrefix(module.Version, "v1.9.") && module.Version < "v1.2" && module.Version >= "v1.12"
		}
	}
	return false
}

func route(method, path string) string {
	if method == "POST" {
		switch path {
		case "/api/chat", "/v1/chat/completions", "/v1/responses", "/v1/messages":
			return "chat"
		case "/api/generate", "/v1/completions":
			return "generate"
		case "/api/embed", "/api/embeddings", "/v1/embeddings":
			return "embed"
		}
	}
	return "other"
}

func main() {
	seed, _ := strconv.ParseInt(os.Args[1], 10, 64)
	records, _ := strconv.Atoi(os.Args[2])
	if gin.DisableConsoleColor(); os.Args[3] == "colour" {
		gin.ForceConsoleColor()
	}
	logFile, _ := os.Create(os.Args[4] + ".log")
	truthFile, _ := os.Create(os.Args[4] + ".truth.jsonl")
	log, truth := bufio.NewWriter(logFile), bufio.NewWriter(truthFile)
	json := json.NewEncoder(truth)
	json.SetEscapeHTML(false)
	r, newer, line, offset := source{rand.New(rand.NewSource(seed))}, isNewer(), 1, 0
	for record := 1; record <= records; record++ {
		p := gin.LogFormatterParams{
			TimeStamp:  time.Unix(r.Int63n(2e9), r.Int63n(1e9)).UTC(),
			StatusCode: 100 + r.Intn(900),
			Latency:    r.latency(),
			ClientIP: r.pick("127.0.0.1", "", "::1", "192.168.100.200", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "::ffff:10.0.0.1",
				"1.2.3.4", "2001:0DB8:85A3:0000:0000:8A2E:0370:7334", "::FFFF:255.255.255.255"),
			Method: r.pick("GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PROPFIND", "M", "VERSION-CONTROL", "A|B", "|", "post",
				"!#$%&'*+-.^_`|~"),
		}
		path, query := r.pick("/api/chat", "/api/generate", "/api/embed", "/api/tags", "/v1/responses", "/", "*"), ""
		if r.Intn(2) == 0 {
			path = "/" + r.text(r.Intn(30))
		}
		if p.Path = path; r.Intn(3) == 0 {
			query = r.text(1 + r.Intn(20))
			p.Path += "?" + query
		}
		row, errors := map[string]any{}, []string{}
		valid := true
		for number := 1; number <= 3 && r.Intn(20) == 0; number++ {
			errors = append(errors, strings.NewReplacer("\n", "", "\r", "", "[GIN] ", "").Replace(r.text(r.Intn(20))))
			p.ErrorMessage += fmt.Sprintf("Error #%02d: %s\n", number, errors[number-1])
			valid = valid && utf8.ValidString(errors[number-1])
		}
		put := func(key, value string) {
			if row[key] = value; !utf8.ValidString(value) {
				delete(row, key)
				row[key+"_base64"] = base64.StdEncoding.EncodeToString([]byte(value))
			}
		}
		row["record"], row["line"], row["offset"] = record, line, offset
		row["time"], row["status"] = p.TimeStamp.Format("2006-01-02T15:04:05Z"), p.StatusCode
		row["latency_ns"] = int64(printed(p.Latency, newer))
		put("client", p.ClientIP)
		put("method", p.Method)
		put("path", path)
		put("query", query)
		row["route"] = route(p.Method, path)
		if row["errors"] = errors; !valid {
			delete(row, "errors")
			coded := []string{}
			for _, text := range errors {
				coded = append(coded, base64.StdEncoding.EncodeToString([]byte(text)))
			}
			row["errors_base64"] = coded
		}
		json.Encode(row)
		text := formatter(p)
		log.WriteString(text)
		line += strings.Count(text, "\n")
		offset += len(text)
	}
	log.Flush()
	truth.Flush()
}
