"""PyTorch's nn.GRU at the shapes of `measure`, eager and as a CUDA graph, without TF32 and with it.

Prints one line of JSON per figure. A training step is that of tornado-gru: tokens in, cross-entropy, clip by global norm, SGD.
"""

import json
import statistics
import sys
import time

import torch
from torch.nn.functional import cross_entropy

DEVICE = "cuda"
SHAPES = {  # vocabulary, hidden units, batch, steps
    "d2l": (28, 32, 1024, 32),
    "H256": (128, 256, 64, 64),
    "H512": (128, 512, 64, 64),
    "big": (128, 512, 1024, 128),
}
CHARACTERS = 100


def milliseconds(function, seconds=0.4):
    """The median, of 5 at least, after a warm-up as long."""
    times = []
    for timed in (False, True):
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds or timed and len(times) < 5:
            start = time.perf_counter()
            function()
            torch.cuda.synchronize()
            if timed:
                times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def captured(function):
    """The function as a CUDA graph."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            function()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        function()
    return graph.replay


def say(**figure):
    print(json.dumps(figure), flush=True)


def measure(work, tf32, function, repeated=1):
    """Both ways to run a function; what fails is a line, too."""

    def repeat(once):
        return lambda: [once() for _ in range(repeated)]

    for mode, prepare in (("eager", lambda f: f), ("graph", captured)):
        try:
            say(work=work, mode=mode, tf32=tf32, milliseconds=milliseconds(repeat(prepare(function))) / repeated)
        except RuntimeError as failure:
            say(work=work, mode=mode, tf32=tf32, failed=str(failure).splitlines()[0])


def model(vocabulary, hidden):
    torch.manual_seed(0)
    return torch.nn.GRU(vocabulary, hidden).to(DEVICE), torch.nn.Linear(hidden, vocabulary).to(DEVICE)


def one_hot(tokens, vocabulary):  # torch's own asks the host for the largest token
    return torch.zeros(*tokens.shape, vocabulary, device=DEVICE).scatter_(2, tokens.unsqueeze(2), 1.0)


def train_and_infer(name, tf32):
    vocabulary, hidden, batch, steps = SHAPES[name]
    gru, linear = model(vocabulary, hidden)
    parameters = [*gru.parameters(), *linear.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.01, foreach=True)
    tokens = torch.randint(vocabulary, (steps, batch), device=DEVICE)
    targets = torch.randint(vocabulary, (steps * batch,), device=DEVICE)

    def train():
        optimizer.zero_grad(set_to_none=False)
        output, _ = gru(one_hot(tokens, vocabulary))
        cross_entropy(linear(output.reshape(-1, hidden)), targets).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        optimizer.step()

    @torch.no_grad()
    def infer():
        linear(gru(one_hot(tokens, vocabulary))[0])

    measure(f"training-{name}", tf32, train)
    if name != "big":
        measure(f"inference-{name}", tf32, infer)


def generate(name, tf32):
    vocabulary, hidden, _, _ = SHAPES[name]
    gru, linear = model(vocabulary, hidden)
    token = torch.zeros(1, 1, vocabulary, device=DEVICE)
    state = torch.zeros(1, 1, hidden, device=DEVICE)

    @torch.no_grad()
    def character():
        output, after = gru(token, state)
        state.copy_(after)
        token.zero_().scatter_(2, linear(output).argmax(-1).unsqueeze(2), 1.0)

    measure(f"generation-{name}", tf32, character, CHARACTERS)


def ceilings():
    a, b = torch.randn(2, 4096, 4096, device=DEVICE)
    for tf32 in (False, True):
        torch.backends.cuda.matmul.allow_tf32 = tf32
        teraflops = 2 * 4096**3 / milliseconds(lambda: a @ b) / 1e9
        say(ceiling="product of 4096 × 4096" + (", TF32" if tf32 else ""), value=teraflops, unit="TFLOP/s")
    source = torch.empty(1 << 30, dtype=torch.uint8, device=DEVICE)
    target = torch.empty_like(source)
    gigabytes = 2 * (1 << 30) / milliseconds(lambda: target.copy_(source)) / 1e6
    say(ceiling="copy on the device, read and written", value=gigabytes, unit="GB/s")


def main():
    say(torch=torch.__version__, cudnn=torch.backends.cudnn.version(), device=torch.cuda.get_device_name())
    ceilings()
    for tf32 in (False, True):
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = tf32
        for name in SHAPES:
            train_and_infer(name, tf32)
        for name in ("H256", "H512"):
            generate(name, tf32)


if __name__ == "__main__":
    sys.exit(main())
