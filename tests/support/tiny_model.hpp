#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::test {

/// Properties of a tiny model.
struct TinyModel {
    std::uint32_t context_length = 2048; ///< declared context length in tokens
    std::uint32_t seed = 1;              ///< seed of the weights
    bool embeds = false;                 ///< pools its output, so it supports only embeddings
    bool loads = true;                   ///< if false, the server accepts but cannot load it
};

/// A language model that the server can run: llama architecture, two layers, 32-bit weights.
struct TinyModelFile {
    std::string bytes;            ///< GGUF file, version 3; see docs/gguf.md of ggml
    std::uint64_t parameters = 0; ///< number of weights
};

namespace detail {

static_assert(std::endian::native == std::endian::little, "GGUF is written as memory has it");

class GgufWriter {
public:
    void key(std::string_view name, std::uint32_t value) { number(head(name, 4), value); }

    void key(std::string_view name, float value) { number(head(name, 6), value); }

    void key(std::string_view name, bool value) { number(head(name, 7), value); }

    void key(std::string_view name, char const* value) { text(head(name, 8), value); }

    void key(std::string_view name, std::vector<std::string> const& values) {
        auto& out = array(name, 8, values.size());
        for (auto const& value : values) {
            text(out, value);
        }
    }

    void key(std::string_view name, std::vector<float> const& values) {
        auto& out = array(name, 6, values.size());
        for (auto const value : values) {
            number(out, value);
        }
    }

    void key(std::string_view name, std::vector<std::int32_t> const& values) {
        auto& out = array(name, 5, values.size());
        for (auto const value : values) {
            number(out, value);
        }
    }

    // `columns` is the fastest dimension. One row is written as a vector.
    void tensor(std::string_view name, std::uint64_t columns, std::vector<float> const& values) {
        auto const rows = values.size() / columns;
        text(tensors_, name);
        number(tensors_, std::uint32_t{rows == 1 ? 1u : 2u});
        number(tensors_, columns);
        if (rows != 1) {
            number(tensors_, std::uint64_t{rows});
        }
        number(tensors_, std::uint32_t{0}); // 32-bit floats
        number(tensors_, std::uint64_t{data_.size()});
        for (auto const value : values) {
            number(data_, value);
        }
        align(data_);
        ++tensor_count_;
        parameters_ += values.size();
    }

    TinyModelFile file() const {
        auto bytes = std::string("GGUF");
        number(bytes, std::uint32_t{3});
        number(bytes, tensor_count_);
        number(bytes, key_count_);
        bytes += keys_ + tensors_;
        align(bytes);
        return {bytes + data_, parameters_};
    }

private:
    template <class T>
    static void number(std::string& out, T value) {
        auto const bytes = std::bit_cast<std::array<char, sizeof(T)>>(value);
        out.append(bytes.data(), bytes.size());
    }

    static void text(std::string& out, std::string_view value) {
        number(out, std::uint64_t{value.size()});
        out += value;
    }

    static void align(std::string& out) { out.resize((out.size() + 31) / 32 * 32); }

    std::string& head(std::string_view name, std::uint32_t type) {
        text(keys_, name);
        number(keys_, type);
        ++key_count_;
        return keys_;
    }

    std::string& array(std::string_view name, std::uint32_t type, std::uint64_t size) {
        auto& out = head(name, 9);
        number(out, type);
        number(out, size);
        return out;
    }

    std::string keys_, tensors_, data_;
    std::uint64_t key_count_ = 0, tensor_count_ = 0, parameters_ = 0;
};

// A SentencePiece vocabulary: three special tokens, every byte, and words.
struct Vocabulary {
    static constexpr std::size_t marks = 3, plain = marks + 256, size = 320;
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>"};
    std::vector<float> scores;
    std::vector<std::int32_t> types{2, 3, 3}; // unknown, control

    Vocabulary() {
        static constexpr char digits[] = "0123456789ABCDEF";
        for (unsigned byte = 0; byte < 256; ++byte) {
            tokens.push_back(std::string("<0x") + digits[byte >> 4] + digits[byte & 15] + ">");
            types.push_back(6); // byte
        }
        while (tokens.size() < size) {
            auto const index = tokens.size() - plain;
            auto const character = [](std::size_t at) { return static_cast<char>('a' + at); };
            tokens.push_back(std::string("\u2581") + character(index / 8) + character(index % 8));
            types.push_back(1); // normal
        }
        for (std::size_t index = 0; index < size; ++index) {
            scores.push_back(-static_cast<float>(index));
        }
    }
};

} // namespace detail

/// Generates a model of about 450 kB. The output depends only on `wishes`.
inline TinyModelFile make_tiny_model(TinyModel const& wishes) {
    constexpr std::size_t width = 64, heads = 4, key_heads = 2, inner = 128, layers = 2;
    auto const vocabulary = detail::Vocabulary();
    auto out = detail::GgufWriter();
    out.key("general.architecture", "llama");
    out.key("general.name", "tiny");
    out.key("general.file_type", std::uint32_t{0});
    out.key("llama.context_length", wishes.context_length);
    out.key("llama.embedding_length", std::uint32_t{width});
    out.key("llama.block_count", std::uint32_t{layers});
    out.key("llama.feed_forward_length", std::uint32_t{inner});
    out.key("llama.attention.head_count", std::uint32_t{heads});
    out.key("llama.attention.head_count_kv", std::uint32_t{key_heads});
    out.key("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    out.key("llama.rope.dimension_count", std::uint32_t{width / heads});
    out.key("llama.rope.freq_base", 10000.0f);
    out.key("llama.vocab_size", std::uint32_t{vocabulary.size});
    if (wishes.embeds) {
        out.key("llama.pooling_type", std::uint32_t{1}); // mean pooling
    }
    out.key("tokenizer.ggml.model", "llama");
    out.key("tokenizer.ggml.tokens", vocabulary.tokens);
    out.key("tokenizer.ggml.scores", vocabulary.scores);
    out.key("tokenizer.ggml.token_type", vocabulary.types);
    out.key("tokenizer.ggml.unknown_token_id", std::uint32_t{0});
    out.key("tokenizer.ggml.bos_token_id", std::uint32_t{1});
    out.key("tokenizer.ggml.eos_token_id", std::uint32_t{2});
    out.key("tokenizer.ggml.add_bos_token", true);
    out.key("tokenizer.ggml.add_eos_token", false);

    auto engine = std::mt19937(wishes.seed);
    // Uniform in -1 to 1. The standard random engines are portable; the distributions are not.
    auto const weights = [&engine](std::size_t count, float scale) {
        auto values = std::vector<float>(count);
        for (auto& value : values) {
            value = scale * (static_cast<float>(engine() >> 8) / 8388608.0f - 1.0f);
        }
        return values;
    };
    auto const ones = std::vector<float>(width, 1.0f);
    constexpr auto key_width = width / heads * key_heads;
    out.tensor("token_embd.weight", width, weights(vocabulary.size * width, 1.0f));
    for (std::size_t layer = 0; layer < layers; ++layer) {
        auto const name = "blk." + std::to_string(layer) + ".";
        out.tensor(name + "attn_norm.weight", width, ones);
        out.tensor(name + "attn_q.weight", width, weights(width * width, 0.1f));
        out.tensor(name + "attn_k.weight", width, weights(key_width * width, 0.1f));
        out.tensor(name + "attn_v.weight", width, weights(key_width * width, 0.1f));
        out.tensor(name + "attn_output.weight", width, weights(width * width, 0.1f));
        out.tensor(name + "ffn_norm.weight", width, ones);
        out.tensor(name + "ffn_gate.weight", width, weights(inner * width, 0.1f));
        out.tensor(name + "ffn_up.weight", width, weights(inner * width, 0.1f));
        out.tensor(name + "ffn_down.weight", inner, weights(width * inner, 0.1f));
    }
    if (wishes.loads) {
        out.tensor("output_norm.weight", width, ones);
    }
    // Special and byte tokens are never the most likely, so the output consists of words and does
    // not end.
    auto output = std::vector<float>(vocabulary.plain * width, 0.0f);
    auto const words = weights((vocabulary.size - vocabulary.plain) * width, 0.6f);
    output.insert(output.end(), words.begin(), words.end());
    out.tensor("output.weight", width, output);
    return out.file();
}

} // namespace ousage::test
