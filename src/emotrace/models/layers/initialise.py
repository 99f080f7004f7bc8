"""Fresh weights as TensorFlow draws them."""

from torch import nn


def initialise_as_tensorflow(module: nn.Module, forget_bias: float) -> None:
    """Glorot-uniform weights and zero biases; the forget gates of LSTMs start at `forget_bias`.

    Parameters
    ----------
    module : nn.Module
        Changed in place, with all modules inside.
    forget_bias : float
        Sum of the forget gate's two biases at the start.

    Source
    ------
    Our choice: Nguyen et al. say that they used TensorFlow and name no initialisation.
    """
    for part in module.modules():
        for name, parameter in part.named_parameters(recurse=False):
            if "weight" in name:
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)
            if isinstance(part, nn.LSTM) and name.startswith("bias_ih"):
                nn.init.constant_(parameter[part.hidden_size : 2 * part.hidden_size], forget_bias)
